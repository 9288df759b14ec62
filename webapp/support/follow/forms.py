"""What a customer writes on his request's page."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import MultipleFileField, TextAreaField
from wtforms.validators import Length, Optional

from services.support.requests.writing import LONGEST_MESSAGE
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import tidy


class ReplyForm(FlaskForm):  # type: ignore[misc, unused-ignore]
    """A message with files; whether it may be empty, the service says."""

    body = TextAreaField(_l("Your message"), [Length(max=LONGEST_MESSAGE)], filters=[tidy])
    files = MultipleFileField(_l("Files"), [Optional()])


class EmptyForm(FlaskForm):  # type: ignore[misc, unused-ignore]
    """Nothing but the token."""
