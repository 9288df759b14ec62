"""What views of the staff area answer with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from services.core.errors import ForbiddenError
from webapp.auth.accounts import signed_in_user

if TYPE_CHECKING:
    from flask_wtf import FlaskForm
    from werkzeug.wrappers import Response

    from webapp.auth.models import User


def me() -> User:
    """Who is signed in; the guard has let him in already."""
    user = signed_in_user()
    if user is None:
        raise ForbiddenError(reason="signed_out")
    return user


def actor() -> str:
    """How the audit log names who is signed in."""
    return me().actor


def page(template: str, form: FlaskForm | None = None, **facts: Any) -> tuple[str, int]:
    """A page; 422 when its form came back with something wrong in it."""
    wrong = request.method == "POST" and form is not None and form.errors
    return render_template(template, form=form, **facts), 422 if wrong else 200


def edit_page(form: FlaskForm, **facts: Any) -> tuple[str, int]:
    """The page of an editing form: `title`, `back` (address and words), `action` (the button)."""
    return page("staff/edit.html", form, **facts)


def done(sentence: str, endpoint: str, **values: Any) -> Response:
    """On to another page, saying what was done."""
    flash(sentence, "ok")
    return redirect(url_for(endpoint, **values), 303)
