"""The forms of sign-in: flask-security's checks behind our own counters and labels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from flask import request
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    current_user,
)
from flask_security.forms import EmailValidation, EqualToLocalize, Form, RequiredLocalize
from wtforms import EmailField, PasswordField

from services.core.db import record_refusal
from webapp.auth import sign_ins, throttle
from webapp.auth.accounts import find_by_email
from webapp.i18n import lazy_gettext as _l
from webapp.i18n import ngettext
from webapp.request import db, now

if TYPE_CHECKING:
    from webapp.auth.throttle import Limit

_address_given = RequiredLocalize(message="EMAIL_NOT_PROVIDED")
_password_given = RequiredLocalize(message="PASSWORD_NOT_PROVIDED")


class BesideFields:
    """Keeps what is wrong with a field's shape, which the library moves away with the rest.

    Its generic answers empty every field's errors, so that nobody learns who has an account;
    an empty or misspelt field tells nothing, and its message belongs beside it.
    """

    beside: dict[str, list[str]]

    def keep(self) -> None:
        """Remember the present errors of the fields."""
        fields: Any = self
        self.beside = {field.name: list(field.errors) for field in fields if field.errors}

    def put_back(self) -> None:
        """Show beside their fields what `keep` remembered, and there alone."""
        fields: Any = self
        for name, errors in self.beside.items():
            fields[name].errors = errors
            fields.form_errors = []


def too_many(limits: dict[Limit, str]) -> str | None:
    """Count one try against each limit; the sentence to show when one of them is used up."""
    closed = [
        until
        for limit, whom in limits.items()
        if (until := throttle.spend(db(), limit=limit, whom=whom, now=now())) is not None
    ]
    if not closed:
        return None
    minutes = max(1, math.ceil((max(closed) - now()).total_seconds() / 60))
    return ngettext(
        "Too many tries. Come back in %(num)d minute: until then we don't check any entry.",
        "Too many tries. Come back in %(num)d minutes: until then we don't check any entry.",
        minutes,
    )


def network_address() -> str:
    """Where the request comes from, as far as the server in front of us can be believed."""
    return throttle.network_of(request.remote_addr)


class SignInForm(BesideFields, LoginForm):
    """Address and password, limited per account and per network address."""

    email = EmailField(
        _l("E-mail"),
        render_kw={"autocomplete": "username"},
        validators=[_address_given, EmailValidation(verify=False)],
    )
    password = PasswordField(
        _l("Password"),
        render_kw={"autocomplete": "current-password"},
        validators=[_password_given],
    )
    remember: Any = None

    def validate(self, extra_validators: Any = None, **kwargs: Any) -> bool:
        """Judge shape, then limits, then the password; each refusal is recorded for good."""
        self.beside = {}
        if not Form.validate(self, extra_validators=extra_validators, **kwargs):
            self.keep()
            return False
        email = str(self.email.data)
        closed = too_many({throttle.ACCOUNT: email, throttle.ADDRESS: network_address()})
        if closed is not None:
            self.form_errors = [closed]
            _note("throttled", self)
            return False
        if not super().validate(extra_validators=extra_validators, **kwargs):
            _note("refused", self)
            return False
        throttle.forgive(db(), limit=throttle.ACCOUNT, whom=email, now=now())
        return True


def _note(outcome: Literal["refused", "throttled"], form: SignInForm) -> None:
    user_id = form.user.id if form.user is not None else None
    with record_refusal(db()) as own:
        sign_ins.record(own, user_id=user_id, outcome=outcome, address=network_address(), now=now())


class ForgottenForm(BesideFields, ForgotPasswordForm):
    """The address that a link to set a new password goes to, if it has an account."""

    email = EmailField(
        _l("E-mail"),
        render_kw={"autocomplete": "username"},
        validators=[_address_given, EmailValidation(verify=False)],
    )

    def validate(self, extra_validators: Any = None, **kwargs: Any) -> bool:
        """Find the account; whether there is one shows nowhere but in its mailbox."""
        self.beside = {}
        if not Form.validate(self, extra_validators=extra_validators, **kwargs):
            self.keep()
            self.form_errors = [error for errors in self.beside.values() for error in errors]
            return False
        email = str(self.email.data)
        closed = too_many({throttle.RECOVERY_ACCOUNT: email, throttle.RECOVERY_ADDRESS: network_address()})
        if closed is not None:
            self.form_errors = [closed]
            return False
        found: Any = find_by_email(db(), email=email)
        self.user = found
        return found is not None and found.active


class NewPasswordForm(BesideFields, ResetPasswordForm):
    """The new password after a link from a letter."""

    password = PasswordField(
        _l("New password"),
        render_kw={"autocomplete": "new-password"},
        validators=[_password_given],
    )
    password_confirm = PasswordField(
        _l("The same once more"),
        render_kw={"autocomplete": "new-password"},
        validators=[EqualToLocalize("password", message="RETYPE_PASSWORD_MISMATCH")],
    )

    def validate(self, extra_validators: Any = None, **kwargs: Any) -> bool:
        """Judge length and repetition."""
        valid = bool(super().validate(extra_validators=extra_validators, **kwargs))
        self.keep()
        return valid


class OtherPasswordForm(BesideFields, ChangePasswordForm):
    """Present and new password of somebody who is signed in."""

    password = PasswordField(
        _l("Present password"),
        render_kw={"autocomplete": "current-password"},
        validators=[_password_given],
    )
    new_password = PasswordField(
        _l("New password"),
        render_kw={"autocomplete": "new-password"},
        validators=[_password_given],
    )
    new_password_confirm = PasswordField(
        _l("The same once more"),
        render_kw={"autocomplete": "new-password"},
        validators=[EqualToLocalize("new_password", message="RETYPE_PASSWORD_MISMATCH")],
    )

    def validate(self, extra_validators: Any = None, **kwargs: Any) -> bool:
        """Judge both; guesses at the present password are limited like sign-ins."""
        self.beside = {}
        closed = too_many({throttle.ACCOUNT: current_user.email})
        if closed is not None:
            self.form_errors = [closed]
            return False
        valid = bool(super().validate(extra_validators=extra_validators, **kwargs))
        self.keep()
        if valid:
            throttle.forgive(db(), limit=throttle.ACCOUNT, whom=current_user.email, now=now())
        return valid
