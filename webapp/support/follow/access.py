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
    """The request behind /r/<number>/<token>; NotFoundError whatever is wrong with either."""
    found = requests.get_request(db(), number=number_of(number))
    check_link(core_of(db()).keys, "r", found.reference, found.link_version, token)
    return found


def number_of(written: str) -> int:
    """The number of a request in an address: it has one way to be written; else NotFoundError."""
    if not (written.isascii() and written.isdecimal() and len(written) <= _LONGEST):
        raise NotFoundError(kind="link")
    if str(int(written)) != written:
        raise NotFoundError(kind="link")
    return int(written)


def path_of(found: Request) -> str:
    """The path of its page."""
    return secret_path(core_of(db()), "r", found.reference, found.link_version)
