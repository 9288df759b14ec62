"""Files that a form of free support brings along or has sent before: kept whatever becomes of the form.

A field of files `files…` has its keys of uploads in `upload…`; without a script the files themselves
come along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request

from services.core import files
from services.core.errors import InvalidError
from webapp.i18n import gettext as _
from webapp.request import db, now
from webapp.security import FILES
from webapp.support.uploads import find_sent, state_sentence, take_whole
from webapp.wrongs import sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask_wtf import FlaskForm

    from services.core.files import Upload

_MOST = 40
_UPLOAD = "upload"


@dataclass(frozen=True)
class Sent:
    """A file that has arrived, by its key."""

    key: str
    upload: Upload

    @property
    def token(self) -> str:
        """The part of the key that opens it."""
        return self.key.partition(".")[2]

    @property
    def sentence(self) -> str:
        """What to tell about its state."""
        return state_sentence(self.upload)


@dataclass
class Attached:
    """What came by the fields of one form: all keys, what has arrived, and what can't be taken."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    kept: dict[str, list[Sent]] = field(default_factory=dict)
    refusals: dict[str, list[str]] = field(default_factory=dict)

    @property
    def uploads(self) -> list[Upload]:
        """Everything that has arrived."""
        return [sent.upload for kept in self.kept.values() for sent in kept]

    def complain(self, form: FlaskForm) -> bool:
        """Say beside the fields what can't be taken; True if there is anything."""
        for name, sentences in self.refusals.items():
            form[name].errors = [*form[name].errors, *sentences]
        return any(self.refusals.values())


def sent_files(names: Iterable[str]) -> Attached:
    """What this request brings for the fields `names`; files come to the disk at once, for good."""
    attached = Attached()
    for name in names:
        keys = request.form.getlist(keys_name(name))[:_MOST]
        attached.refusals[name] = []
        for one in request.files.getlist(name)[:_MOST]:
            if one.filename:
                try:
                    keys.append(take_whole(one))
                except InvalidError as error:
                    attached.refusals[name].append(sentence_of(error))
        _sort(attached, name, keys)
    return attached


def kept_files(uploads: Mapping[str, Sequence[str]]) -> Attached:
    """The files of a draft."""
    attached = Attached()
    for name, keys in uploads.items():
        _sort(attached, name, keys)
    return attached


def keys_name(name: str) -> str:
    """Under which name a form carries the keys for a field of files."""
    return name.replace(FILES, _UPLOAD, 1)


def drop_asked() -> bool:
    """Give up the file whose «Remove» was pressed, if one was."""
    key = request.form.get("remove", "")
    upload = find_sent(key)
    if upload is not None and upload.subject_ref is None:
        files.withdraw(db(), upload=upload, now=now())
    return bool(key)


def _sort(attached: Attached, name: str, keys: Sequence[str]) -> None:
    refusals = attached.refusals.setdefault(name, [])
    attached.keys[name], attached.kept[name] = [], []
    for key in dict.fromkeys(keys):
        upload = find_sent(key)
        if upload is None or upload.subject_ref is not None:
            refusals.append(_("A file is no longer here. Send it once more, please."))
        elif upload.state == "refused":
            refusals.append(state_sentence(upload))
        else:
            attached.keys[name].append(key)
            if upload.state == "receiving":
                unfinished = _("“%(name)s” has not arrived whole. Send it once more, please.")
                refusals.append(unfinished % {"name": upload.name})
            else:
                attached.kept[name].append(Sent(key, upload))
