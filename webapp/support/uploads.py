"""Large files in pieces, after tus 1.0 (core, creation, termination): a page's script, or any tus client.

Announced by POST with the page's CSRF token; from then on the address itself is the right to send,
look and give up. A piece is answered with the offset from which the next one goes on: a little
less than was sent when it ended within a block.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64Error
from collections.abc import Mapping
from io import SEEK_END
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request, url_for

from services.core import files
from services.core.db import record_refusal
from services.core.errors import ConflictError, InvalidError, NotFoundError
from webapp.auth.throttle import network_of
from webapp.i18n import gettext as _
from webapp.request import database, db, now
from webapp.security import public, secret_link
from webapp.wrongs import sentence_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

    from services.core.files import Upload
    from services.support.requests.attachments import Attachment

blueprint = Blueprint("uploads", __name__, url_prefix="/uploads")
_PIECE = "application/offset+octet-stream"
_VERSION = "1.0.0"


@blueprint.post("/")
@public
def announce() -> ResponseReturnValue:
    """Begin an upload: name and size as JSON, as a form, or in the headers of tus."""
    name, size = _announced()
    try:
        upload, token = files.announce(
            db(), name=name, size=size, network=network_of(request.remote_addr), now=now()
        )
    except InvalidError as error:
        status = 429 if error.code == "upload_many" else 413 if error.code == "upload_size" else 422
        return jsonify(state="refused", sentence=sentence_of(error)), status
    place = url_for("uploads.look", reference=upload.reference, token=token)
    answer = jsonify(location=place, key=f"{upload.reference}.{token}", offset=0)
    answer.headers["Location"] = place
    return answer, 201


def _announced() -> tuple[str, int]:
    """The name and the size; what is no number counts as nothing, and that is refused."""
    given = _given_json() if request.is_json else request.form
    values: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    size = str(values.get("size") or request.headers.get("Upload-Length", ""))
    name = str(values.get("name") or _name_of_tus())
    return name, int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else 0


def _given_json() -> object:
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets in brackets without end
        return None


def _name_of_tus() -> str:
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _blank, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return b64decode(value).decode("utf-8", "replace")
            except NotBase64Error:
                return ""
    return ""


@blueprint.get("/<reference>/<token>")
@secret_link
def look(reference: str, token: str) -> ResponseReturnValue:
    """How far it is, and what became of it; HEAD says the offset only."""
    return _tell(_upload(reference, token))


@blueprint.patch("/<reference>/<token>")
@secret_link
def take(reference: str, token: str) -> ResponseReturnValue:
    """Take the next piece; what became of the whole stands in `Upload-State`."""
    if request.mimetype != _PIECE:
        return "", 415
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdecimal() and len(offset) < 16):
        return "", 400
    request.max_content_length = files.LARGEST_UPLOAD
    upload = _upload(reference, token)
    # A slow sender must not keep a connection to the database.
    db().commit()
    try:
        received = files.receive(database().core, upload, request.stream, offset=int(offset))
    except files.FileRefusedError as refusal:
        files.refuse(db(), upload=upload, error=refusal, now=now())
        return _where(upload)
    except files.OffsetError as error:
        return "", 409, {"Upload-Offset": str(error.facts["offset"]), "Tus-Resumable": _VERSION}
    except ConflictError:
        return _tell(upload, 410)
    files.note_arrival(db(), upload=upload, received=received, now=now())
    files.judge_small(db(), upload=upload, now=now())
    return _where(upload)


@blueprint.delete("/<reference>/<token>")
@secret_link
def give_up(reference: str, token: str) -> ResponseReturnValue:
    """Forget it, with its bytes."""
    files.withdraw(db(), upload=_upload(reference, token), now=now())
    return "", 204, {"Tus-Resumable": _VERSION}


def take_whole(sent: FileStorage) -> str:
    """Take a file that came along with a form, as if it had come in pieces; gives the key of its upload.

    In transactions of its own: the file stays when the rest of the form is refused, and nobody waits
    for the database while it is written. Raises InvalidError (`upload_size`, `upload_many`,
    `upload_room`); a program is refused by the upload's state, like anything else that a judgement finds.
    """
    size = sent.stream.seek(0, SEEK_END)
    sent.stream.seek(0)
    network = network_of(request.remote_addr)
    with record_refusal(db()) as own:
        upload, token = files.announce(own, name=sent.filename or "", size=size, network=network, now=now())
    try:
        received = files.receive(database().core, upload, sent.stream, offset=0)
    except files.FileRefusedError as refusal:
        with record_refusal(db()) as own:
            files.refuse(own, upload=own.merge(upload), error=refusal, now=now())
    else:
        with record_refusal(db()) as own:
            arrived = own.merge(upload)
            files.note_arrival(own, upload=arrived, received=received, now=now())
            files.judge_small(own, upload=arrived, now=now())
    return f"{upload.reference}.{token}"


def find_sent(key: str) -> Upload | None:
    """The upload whose key a form carries in its field `upload`; None for one that is gone."""
    reference, _dot, token = key.partition(".")
    try:
        return _upload(reference, token)
    except NotFoundError:
        return None


def _upload(reference: str, token: str) -> Upload:
    return files.get_upload(db(), reference=reference, token=token, now=now())


def _where(upload: Upload) -> Response:
    return _with_headers(Response(status=204), upload)


def _tell(upload: Upload, status: int = 200) -> Response:
    offset = files.offset_of(database().core, upload)
    answer = jsonify(state=upload.state, offset=offset, size=upload.size, sentence=state_sentence(upload))
    answer.status_code = status
    return _with_headers(answer, upload, offset)


def _with_headers(answer: Response, upload: Upload, offset: int | None = None) -> Response:
    answer.headers["Upload-Offset"] = str(upload.received if offset is None else offset)
    answer.headers["Upload-Length"] = str(upload.size)
    answer.headers["Upload-State"] = upload.state
    answer.headers["Tus-Resumable"] = _VERSION
    answer.headers["Cache-Control"] = "no-store"
    return answer


def state_sentence(upload: Upload | Attachment) -> str:
    """What to tell the sender about the file's state."""
    verdict = upload.verdict or {}
    if upload.state == "refused":
        return sentence_of(InvalidError(verdict["code"], name=verdict.get("name") or upload.name))
    sentences = {
        "receiving": _("It is on its way."),
        "judging": _("It has arrived; we are looking through it."),
        "accepted": _("It has arrived."),
    }
    return sentences.get(upload.state) or _quarantined(verdict.get("reason"))


def _quarantined(reason: str | None) -> str:
    if reason == "password":
        return _("It has arrived, but is locked with a password: a person will look at it first.")
    if reason == "unscanned":
        return _("It has arrived, but could not be checked for viruses: a person will look at it first.")
    return _("It has arrived, but can’t be looked into: a person will look at it first.")


def mount(app: Flask) -> None:
    """Serve the addresses; announcing needs the page's token, the rest carries one in the address."""
    app.register_blueprint(blueprint)
    for view in (take, give_up):
        app.extensions["csrf"].exempt(view)
