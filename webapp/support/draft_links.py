"""How a form names its draft, and what a draft keeps of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from flask import request, url_for

from services.core.db import core_of
from services.core.errors import NotFoundError
from services.core.references import link_token
from services.support.requests import drafts
from services.support.requests.drafts import Sheet
from webapp.request import db, now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from services.support.requests.models import Draft
    from webapp.support.attached import Attached


def written_key(draft: Draft) -> str:
    """What stands in a form's field `draft`: its reference and the token of its link."""
    return f"{draft.reference}.{_token(draft)}"


def opened_draft(written: str | None) -> Draft | None:
    """The draft that a form's field `draft` names; None for none, and for one that is gone."""
    reference, _dot, token = (written or "").partition(".")
    try:
        return drafts.get_draft(db(), reference=reference, token=token, now=now())
    except NotFoundError:
        return None


def path_of(draft: Draft, endpoint: str = "go_on") -> str:
    """The path of its page, or of another one of the blueprint `drafts`."""
    return url_for(f"drafts.{endpoint}", reference=draft.reference, token=_token(draft))


def sheet_of(kind: Literal["form", "letter"], names: Iterable[str], attached: Attached) -> Sheet:
    """What this request's form holds in the fields `names`, as it was typed, and its files."""
    values = {name: request.form.getlist(name)[:20] for name in names if name in request.form}
    return Sheet(kind, values, attached.keys)


def _token(draft: Draft) -> str:
    return link_token(core_of(db()).keys, "d", draft.reference, draft.link_version)
