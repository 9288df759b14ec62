"""Wires flask-security: sign-in, sign-out, change and recovery of a password, nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import redirect, render_template, request, url_for
from flask_login.utils import _user_context_processor
from flask_security import Security, user_authenticated
from flask_security.utils import aware_utcnow
from flask_wtf import FlaskForm

from webapp.auth import forms, passwords, sign_ins
from webapp.auth.accounts import Accounts
from webapp.auth.letters import OutboxMail
from webapp.auth.messages import MESSAGES
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem, contribute
from webapp.request import db, now
from webapp.security import Access, declare_endpoint

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from webapp.auth.models import User
    from webapp.security import Kind


_RULES: dict[str, Kind] = {
    "login": "public",
    "logout": "public",
    "forgot_password": "public",
    "reset_password": "secret_link",
    "change_password": "signed_in",
}


def add_sign_in(app: Flask, *, translations: Path, cost: dict[str, int] | None = None) -> Security:
    """Give `app` its sign-in pages; `cost` are cheaper hash parameters for tests."""
    app.config.update(_config(translations, passwords.FULL_COST if cost is None else cost))
    security = Security(
        app,
        Accounts(),
        mail_util_cls=OutboxMail,
        render_template=cast("Any", _render),  # a view may also answer with a status
        login_form=forms.SignInForm,
        forgot_password_form=forms.ForgottenForm,
        reset_password_form=forms.NewPasswordForm,
        change_password_form=forms.OtherPasswordForm,
    )
    _pages_only(app, security)
    for endpoint, rule in _RULES.items():
        declare_endpoint(app, f"security.{endpoint}", Access(rule))
    user_authenticated.connect(_note_sign_in, app)
    contribute(app, [NavItem("security.login", _l("Staff sign-in"), "foot-support", 90)])
    return security


def _config(translations: Path, cost: dict[str, int]) -> dict[str, Any]:
    return {
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_RESET_URL": "/password/forgotten",
        "SECURITY_POST_LOGIN_VIEW": "/staff/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_POST_CHANGE_VIEW": "/staff/",
        "SECURITY_CHANGEABLE": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_LOGIN_USER_TEMPLATE": "auth/sign_in.html",
        "SECURITY_FORGOT_PASSWORD_TEMPLATE": "auth/forgotten.html",
        "SECURITY_RESET_PASSWORD_TEMPLATE": "auth/new_password.html",
        "SECURITY_CHANGE_PASSWORD_TEMPLATE": "auth/change_password.html",
        # The letters are our own events (`letters.py`): the library renders none.
        "SECURITY_EMAIL_PLAINTEXT": False,
        "SECURITY_EMAIL_HTML": False,
        # Argon2 has a salt of its own; a pepper would tie every password to one key for ever.
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": cost,
        "SECURITY_PASSWORD_LENGTH_MIN": passwords.LEAST_LENGTH,
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKD",
        "SECURITY_DATETIME_FACTORY": aware_utcnow,
        # Nothing asks for a fresh sign-in yet, so there is no page for it either.
        "SECURITY_FRESHNESS": timedelta(minutes=-1),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_STATIC_FOLDER_URL": None,
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
        "SECURITY_I18N_DOMAIN": "messages",
        "SECURITY_I18N_DIRNAME": [str(translations)],
        **{f"SECURITY_MSG_{code}": message for code, message in MESSAGES.items()},
    }


def _pages_only(app: Flask, security: Security) -> None:
    """Take away what would ask for the user behind our back, or let tokens in.

    The library would load the user for every page and every template, on pages of the free
    flow too, whose database role may not even read users.
    """
    security.principal.identity_loaders.clear()
    security.login_manager.request_loader(lambda _request: None)
    security.want_json(lambda _request: False)
    app.template_context_processors[None].remove(_user_context_processor)


def _render(template: str, **context: Any) -> ResponseReturnValue:
    """A page of sign-in: 422 with what is wrong, or on after a letter was asked for."""
    form = next(value for value in context.values() if isinstance(value, FlaskForm))
    if request.method != "POST":
        return render_template(template, form=form, **context)
    if isinstance(form, forms.BesideFields):
        form.put_back()
    if not form.errors:
        return redirect(url_for("security.login"), 303)
    return render_template(template, form=form, **context), 422


def _note_sign_in(_app: Flask, *, user: User, **_: object) -> None:
    sign_ins.record(db(), user_id=user.id, outcome="accepted", address=forms.network_address(), now=now())
