"""Reasons against a start in plain words: shared ones as sentences, those of one specialist as notes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from services.core.clock import instant_of
from services.core.wording import format_duration, format_range, format_when
from webapp.i18n import current_locale, ngettext
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from services.scheduling import Explanation, Reason, ServiceRules
    from services.scheduling.engine.busy import Busy

_SHARED: dict[str, Any] = {
    "past": _l("This time is over."),
    "nobody": _l("Nobody has the skills that this service asks for."),
    "query": _l("It lies outside the day that was asked for."),
}
_OF_ONE: dict[str, Any] = {
    "grid": _l("no start of the service on this clock"),
    "skill": _l("a skill is missing"),
    "outside_hours": _l("outside working hours"),
    "holiday": _l("public holiday"),
    "daily_limit": _l("the day’s limit of sessions is reached"),
    "desk_reserve": _l("the rest of the day is kept for free support"),
    "desk_closed": _l("paid starts are closed for the sake of free support"),
    "held_share": _l("unpaid orders keep as much time as they may together"),
}
_BUSY: dict[str, Any] = {
    "hold": _l("somebody is ordering %(time)s"),
    "reservation": _l("%(time)s is reserved until it is paid"),
    "external": _l("own calendar: busy %(time)s"),
    "absence": _l("away %(time)s"),
}
# What closes a start for all who could take it is said once.
_OF_ALL: dict[str, Any] = {
    "desk_reserve": _l("The rest of this day is kept for free support."),
    "desk_closed": _l("Paid starts are closed for the sake of free support."),
    "held_share": _l("Unpaid orders keep as much time as they may together."),
}
_SESSION, _CLOSE = _l("session %(time)s"), _l("too close to the session %(time)s")


class Note(NamedTuple):
    """One reason of one specialist; `reference` is that of a session which the reader may open."""

    text: str
    reference: str = ""


class Answer(NamedTuple):
    """What is said of a start: who can take it, or what speaks against it."""

    takers: tuple[str, ...]
    shared: tuple[str, ...]
    each: tuple[tuple[tuple[str, ...], tuple[Note, ...]], ...]
    """Names of those for whom the same notes hold, and the notes."""


@dataclass(frozen=True)
class Row:
    """Starts in a row of which the same is to be said."""

    first: datetime
    last: datetime
    count: int
    answer: Answer


@dataclass(frozen=True)
class Scene:
    """What the words need: the service, the zone (IANA) of all times, names and references by id."""

    rules: ServiceRules
    zone: str
    names: Mapping[int, str]
    """Of the specialists who have the skills, in the order in which they are named."""
    references: Mapping[int, str]
    """Of the sessions that the reader may open, by occupancy."""


def rows_of(explanations: Iterable[Explanation], scene: Scene) -> list[Row]:
    """Say what speaks against each start, once for neighbours with the same reasons."""
    said = [(one.start, _answer(one, scene)) for one in explanations]
    rows = []
    for answer, group in groupby(said, key=itemgetter(1)):
        starts = [start for start, _answered in group]
        rows.append(Row(starts[0], starts[-1], len(starts), answer))
    return rows


def _answer(explained: Explanation, scene: Scene) -> Answer:
    against: dict[int, list[Reason]] = {}
    shared = []
    for reason in explained.reasons:
        if reason.specialist_id is None:
            shared.append(shared_sentence(reason.code, scene.rules))
        else:
            against.setdefault(reason.specialist_id, []).append(reason)
    if explained.offered:
        free = tuple(name for one, name in scene.names.items() if one not in against)
        return Answer(free, (), ())
    if any(reason.code == "past" for reason in explained.reasons):
        # Once it is over, it doesn't matter any more who was busy.
        return Answer((), tuple(shared), ())
    common = _common(against, scene)
    shared += [str(_OF_ALL[code]) for code in common]
    return Answer((), tuple(shared), _notes(against, scene, common))


def _common(against: Mapping[int, Sequence[Reason]], scene: Scene) -> list[str]:
    """Name the codes of quotas and closures that hold for everybody who has the skills."""
    codes = [{reason.code for reason in against.get(one, ())} for one in scene.names]
    return [code for code in _OF_ALL if codes and all(code in found for found in codes)]


def _notes(
    against: Mapping[int, Sequence[Reason]], scene: Scene, said: Sequence[str]
) -> tuple[tuple[tuple[str, ...], tuple[Note, ...]], ...]:
    names: dict[tuple[Note, ...], list[str]] = {}
    for one, name in scene.names.items():
        notes = (note_of(reason, scene) for reason in against.get(one, ()) if reason.code not in said)
        names.setdefault(tuple(dict.fromkeys(notes)), []).append(name)
    return tuple((tuple(found), notes) for notes, found in names.items() if notes)


def shared_sentence(code: str, rules: ServiceRules) -> str:
    """Say a reason that counts for everyone."""
    if code == "notice":
        length = format_duration(rules.notice_minutes, current_locale())
        return _("Too soon: this service is booked at least %(length)s before.", length=length)
    if code == "horizon":
        return ngettext(
            "Too far ahead: this service is booked at most %(num)d day before.",
            "Too far ahead: this service is booked at most %(num)d days before.",
            rules.horizon_days,
        )
    return str(_SHARED[code])


def note_of(reason: Reason, scene: Scene) -> Note:
    """Say a reason that counts for one specialist."""
    row = reason.busy
    if row is None:
        return Note(str(_OF_ONE[reason.code]))
    sentence = _CLOSE if reason.code == "buffer" else _BUSY.get(row.kind, _SESSION)
    text = str(sentence) % {"time": _span(row, scene.zone)}
    return Note(text, scene.references.get(row.occupancy_id, "") if row.own else "")


def _span(row: Busy, zone: str) -> str:
    start, end = instant_of(row.start), instant_of(row.end)
    clock = ZoneInfo(zone)
    if start.astimezone(clock).date() == end.astimezone(clock).date():
        return format_range(start, end, zone)
    locale = current_locale()
    return f"{format_when(start, None, zone, locale)} — {format_when(end, None, zone, locale)}"
