"""Switching the language and the zone of one's clock: two small forms on many pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, request

from services.core.texts import LOCALES
from webapp.i18n import LOCALE_COOKIE
from webapp.request import ZONE_COOKIE, known_zones
from webapp.security import public

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("language", __name__)
_A_YEAR = 365 * 24 * 3600


def safe_next(text: str | None) -> str:
    """A path of ours to go back to; anything that leads elsewhere becomes the start page."""
    target = (text or "/").replace("\\", "/")
    try:
        parts = urlsplit(target)
    except ValueError:  # brackets or signs that no host may have
        return "/"
    ours = target.startswith("/") and not target.startswith("//") and target.isprintable()
    return target if ours and not parts.scheme and not parts.netloc else "/"


def _back_with(name: str, value: str) -> ResponseReturnValue:
    response = redirect(safe_next(request.form.get("next")), 303)
    response.set_cookie(name, value, max_age=_A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


@blueprint.post("/language")
@public
def switch() -> ResponseReturnValue:
    """Speak the other language from now on."""
    if request.form.get("locale") not in LOCALES:
        abort(422)
    return _back_with(LOCALE_COOKIE, request.form["locale"])


@blueprint.post("/zone")
@public
def zone() -> ResponseReturnValue:
    """Show times in another zone from now on."""
    if request.form.get("zone") not in known_zones():
        abort(422)
    return _back_with(ZONE_COOKIE, request.form["zone"])


def mount(app: Flask) -> None:
    """Serve the two switches.

    They take no CSRF token: a preference harms nobody, and so pages need no cookie to offer them.
    """
    app.extensions["csrf"].exempt(blueprint)
    app.register_blueprint(blueprint)
