"""The browser's signed cookie, as Flask keeps it; what signs it is made once, not twice a request."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from flask.sessions import SecureCookieSessionInterface

if TYPE_CHECKING:
    from flask import Flask
    from itsdangerous import URLSafeTimedSerializer


class SignedCookies(SecureCookieSessionInterface):
    """The cookies of one application, whose keys stay as they are while it runs."""

    def __init__(self) -> None:
        """Make nothing yet: the keys are not known."""
        self._made = cache(super().get_signing_serializer)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Give what signs and reads the cookies of `app`."""
        return self._made(app)
