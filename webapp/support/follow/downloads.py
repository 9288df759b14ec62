"""The files of a request, handed out as downloads only."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from flask import Response

from services.core import files
from services.support.requests.attachments import get_attachment
from webapp.attachment import attach_as
from webapp.request import db
from webapp.security import secret_link
from webapp.support.follow.access import request_by_link
from webapp.support.follow.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from services.core.files import StoredFile

_PART = 2**18


@blueprint.get("/files/<reference>")
@secret_link
def download(number: str, token: str, reference: str) -> ResponseReturnValue:
    """One file of this request and of no other."""
    found = request_by_link(number, token)
    stored = get_attachment(db(), request=found, reference=reference)
    return hand_out(stored)


def hand_out(stored: StoredFile) -> Response:
    """The file under its sender's name, a part at a time; no browser shows or runs it."""
    answer = Response(_parts(files.open_file(db(), stored=stored)), mimetype="application/octet-stream")
    attach_as(answer, stored.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.content_length = stored.size
    return answer


def _parts(opened: IO[bytes]) -> Iterator[bytes]:
    with opened as file:
        while part := file.read(_PART):
            yield part
