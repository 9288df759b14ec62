"""Where a request stands, in words: the heading, whose turn it is, the stations of its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from webapp.i18n import current_locale
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from services.support.requests import Face
    from services.support.requests.models import InfoRequest, Request
    from services.support.terms import Terms

Whose = Literal["you", "wait", "us", "done"]
_RECEIVED, _DATA, _ANSWER, _SOLUTION, _ALL = range(5)


@dataclass(frozen=True)
class Standing:
    """What the page says first. `at` is the present station, `drawn` how it is drawn, `turn` whose it is.

    `moments` are those of the stations that are behind, None for the others.
    """

    heading: str
    turn: str
    whose: Whose
    at: int
    drawn: Literal["you", "theirs", "paused"]
    moments: tuple[datetime | None, ...]


@dataclass(frozen=True)
class Missing:
    """One item that we wait for."""

    name: str
    hint: str
    detail: str


def missing_of(asked: InfoRequest | None, terms: Terms | None) -> list[Missing]:
    """What we wait for in the reader's language, as the request's own regulation names it."""
    if asked is None or terms is None:
        return []
    locale = current_locale()
    items = {item.code: item for item in terms.items}
    rows: Sequence[Mapping[str, str]] = asked.items
    return [
        Missing(items[row["code"]].name.of(locale), items[row["code"]].hint.of(locale), row["detail"])
        for row in rows
        if row["code"] in items
    ]


def standing_of(found: Request, faces: Sequence[Face], missing: Sequence[Missing]) -> Standing:
    """Say where it stands."""
    answered_at = faces[0].stopped_at if faces else None
    moments = (found.received_at, None, answered_at, found.resolved_at)
    if found.state == "waiting":
        return Standing(_awaited(missing), _("Your turn"), "wait", _DATA, "paused", moments)
    if found.state == "open":
        return _open(moments, answered=answered_at is not None)
    if found.state == "resolved":
        heading = _("The plan is here") if found.resolution == "plan" else _("The solution is here")
        return Standing(heading, _("Your turn: did it help?"), "you", _ALL, "you", moments)
    return _other(found, moments)


def _awaited(missing: Sequence[Missing]) -> str:
    if len(missing) == 1:
        name = missing[0].name
        return _("We wait from you for: %(item)s", item=name[:1].lower() + name[1:])
    return _("We wait for data from you")


def _open(moments: tuple[datetime | None, ...], *, answered: bool) -> Standing:
    if answered:
        heading = _("We are looking for the solution")
        return Standing(heading, _("Our turn"), "us", _SOLUTION, "theirs", moments)
    return Standing(_("We are reading your request"), _("Our turn"), "us", _ANSWER, "theirs", moments)


def _other(found: Request, moments: tuple[datetime | None, ...]) -> Standing:
    words: dict[str, tuple[str, str, Whose]] = {
        "held": (
            _("Your company’s contact person decides"),
            _("The turn of your company’s contact person"),
            "us",
        ),
        "dropped": (_("Your company’s contact person did not send it on"), _("It has ended"), "done"),
        "merged": (_("We go on with it in another request"), _("It has ended here"), "done"),
        "closed": (_("The request is closed"), _("It has ended"), "done"),
    }
    heading, turn, whose = words[found.state]
    ended = found.state == "closed" and found.resolved_at is not None
    at = _ALL if ended else _RECEIVED
    return Standing(heading, turn, whose, at, "theirs", moments)
