"""Forms to be gone on with later, and the page of files that a letter leads to: sealed, for two weeks.

Whoever has the secret link `/d/<reference>/<token>` may open and change it, on any device. Files are
named by their uploads' keys; a key that a draft has once held stays until its upload is given up, so
that two devices lose none of each other's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import delete, select

from services.core import files
from services.core.crypto import UnreadableError
from services.core.db import core_of
from services.core.errors import InvalidError, NotFoundError
from services.core.links import secret_link
from services.core.references import check_link, new_reference, parse_reference
from services.support.requests.models import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.catalogue.models import Product
    from services.core.files import Upload

KEPT: Final = timedelta(days=14)
"""From the last time it was saved."""
_LARGEST: Final = 100_000
_MOST_FILES: Final = 40
_LINK: Final = re.compile(r"/d/(D-[0-9A-Z]{4}-[0-9A-Z]{4})/([\w-]{22})(?![\w-])", re.ASCII)


@dataclass(frozen=True)
class Sheet:
    """What a draft holds: a form's raw values by their names, and keys of uploads by their fields.

    A `letter` is written elsewhere: only its files are gathered here.
    """

    kind: Literal["form", "letter"]
    values: Mapping[str, Sequence[str]]
    uploads: Mapping[str, Sequence[str]]


def save_draft(
    db: Session, *, product: Product, sheet: Sheet, draft: Draft | None = None, now: datetime
) -> Draft:
    """Keep `sheet` for two weeks from now, in `draft` or in a new one; its uploads as long.

    Raises InvalidError (`draft_large`), NotFoundError for a draft that was forgotten meanwhile.
    """
    if draft is not None:
        _lock(db, draft)
    there = _found(db, _together(read_sheet(db, draft=draft).uploads if draft else {}, sheet.uploads), now)
    uploads = {name: list(found) for name, found in there.items()}
    sealed = _seal(db, Sheet(sheet.kind, sheet.values, uploads))
    if draft is None:
        draft = Draft(reference=new_reference("D"), product=product, link_version=1)
        db.add(draft)
    draft.body_enc, draft.saved_at, draft.expires_at = sealed, now, now + KEPT
    db.flush()
    for upload in _each(there):
        files.keep(db, upload=upload, until=draft.expires_at)
    return draft


def get_draft(db: Session, *, reference: str, token: str, now: datetime) -> Draft:
    """The draft behind a link; NotFoundError whatever is wrong with it, also when it has expired."""
    try:
        known = parse_reference(reference, "D")
    except InvalidError as error:
        raise NotFoundError(kind="draft") from error
    draft = db.scalar(select(Draft).where(Draft.reference == known, Draft.expires_at > now))
    if draft is None:
        raise NotFoundError(kind="draft")
    check_link(core_of(db).keys, "d", draft.reference, draft.link_version, token)
    return draft


def find_draft_in(db: Session, *, text: str, now: datetime) -> Draft | None:
    """The first living draft whose link stands in `text`: an address, or a whole letter."""
    for reference, token in _LINK.findall(text):
        try:
            return get_draft(db, reference=reference, token=token, now=now)
        except NotFoundError:
            continue
    return None


def draft_link(db: Session, *, draft: Draft) -> str:
    """Its absolute address."""
    return secret_link(core_of(db), "d", draft.reference, draft.link_version)


def read_sheet(db: Session, *, draft: Draft) -> Sheet:
    """What it holds; raises NotFoundError when it was sealed with a key that is gone."""
    try:
        body = json.loads(core_of(db).keys.decrypt(draft.body_enc))
    except UnreadableError as error:
        raise NotFoundError(kind="draft") from error
    return Sheet(body["kind"], body["values"], body["uploads"])


def list_draft_uploads(db: Session, *, draft: Draft, now: datetime) -> list[Upload]:
    """Its files that have arrived whole and belong to nothing yet, for `contacts.file(uploads=…)`."""
    awaited = files.JUDGED | {"judging"}
    found = _found(db, read_sheet(db, draft=draft).uploads, now)
    return [one for one in _each(found) if one.state in awaited and one.subject_ref is None]


def forget_draft(db: Session, *, draft: Draft, now: datetime) -> None:
    """Remove it with all its files that nothing has claimed."""
    for upload in _each(_found(db, read_sheet(db, draft=draft).uploads, now)):
        if upload.subject_ref is None:
            files.withdraw(db, upload=upload, now=now)
    db.delete(draft)
    db.flush()


def expire_drafts(db: Session, *, now: datetime) -> None:
    """Remove what nobody has saved for two weeks; their files lapse by themselves."""
    db.execute(delete(Draft).where(Draft.expires_at <= now))


def _lock(db: Session, draft: Draft) -> None:
    """Lock its row and read it anew; a form may be sent while a script still saves it."""
    query = select(Draft.id).where(Draft.id == draft.id).with_for_update()
    if db.scalar(query) is None:
        raise NotFoundError(kind="draft")
    db.refresh(draft)


def _together(
    earlier: Mapping[str, Sequence[str]], later: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    fields = dict.fromkeys([*earlier, *later])
    return {name: list(dict.fromkeys([*earlier.get(name, ()), *later.get(name, ())])) for name in fields}


def _seal(db: Session, sheet: Sheet) -> bytes:
    body = {"schema": 1, "kind": sheet.kind, "values": sheet.values, "uploads": sheet.uploads}
    plain = json.dumps(body, ensure_ascii=False).encode()
    if len(plain) > _LARGEST or sum(map(len, sheet.uploads.values())) > _MOST_FILES:
        raise InvalidError("draft_large")
    return core_of(db).keys.encrypt(plain)


def _found(db: Session, uploads: Mapping[str, Sequence[str]], now: datetime) -> dict[str, dict[str, Upload]]:
    """Those that are there yet, by field and key."""
    found: dict[str, dict[str, Upload]] = {}
    for name, keys in uploads.items():
        for key in keys:
            reference, _dot, token = key.partition(".")
            try:
                upload = files.get_upload(db, reference=reference, token=token, now=now)
            except NotFoundError:  # given up, or lapsed
                continue
            found.setdefault(name, {})[key] = upload
    return found


def _each(found: Mapping[str, Mapping[str, Upload]]) -> Iterator[Upload]:
    for keyed in found.values():
        yield from keyed.values()
