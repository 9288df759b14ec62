"""Under which name a browser keeps a file that somebody sent us."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from flask import Response

_BARE = "!#$&+-.^_`|~"  # what RFC 8187 lets stand as it is


def attach_as(answer: Response, name: str) -> None:
    """Let `answer` be kept as `name`; other letters than Latin ones are written by RFC 6266.

    Raw they would be refused by the web server: a header is ASCII.
    """
    if name.isascii():
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return
    written = {"filename*": f"UTF-8''{quote(name, safe=_BARE)}"}
    answer.headers.set("Content-Disposition", "attachment", **written)
