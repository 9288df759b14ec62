"""The forms of a bill's own page."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from webapp.i18n import lazy_gettext as _l
from webapp.inputs import tidy


class ObjectionForm(FlaskForm):
    """Why an act is not accepted."""

    reason = TextAreaField(
        _l("What do you object to?"),
        [
            DataRequired(_l("Write your reasons: without them we can’t put it right")),
            Length(max=2000, message=_l("At most 2,000 characters")),
        ],
        filters=[tidy],
    )
