"""Opening a request by its secret link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.db import core_of
from services.core.errors import NotFoundError
from services.core.links import secret_path
from services.core.references import check_link
from services.support import requests
from webapp.request import db

if TYPE_CHECKING:
    from services.support.requests.models import Request

_LONGEST = 18


def request_by_link(number: str, token: str) -> Request:
    """The request behind /r/<number>/<token>; NotFoundError whatever is wrong with either.

    A number has one way to be written, so that a link has one address.
    """
    written = number.isascii() and number.isdecimal() and len(number) <= _LONGEST
    if not written or str(int(number)) != number:
        raise NotFoundError(kind="link")
    found = requests.get_request(db(), number=int(number))
    check_link(core_of(db()).keys, "r", found.reference, found.link_version, token)
    return found


def path_of(found: Request) -> str:
    """The path of its page."""
    return secret_path(core_of(db()), "r", found.reference, found.link_version)
