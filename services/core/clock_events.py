"""What happened to a request, told to its two clocks: response and resolution.

Free support and contract cases keep the same ledger of events; both clocks are a fold over it,
so that they can be made again from it at any time. Pure. Moments are aware.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from services.core.business_clock import BusinessClock, Pause

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from services.core.business_time import BusinessCalendar

EventKind = Literal[
    "received", "asked", "customer_wrote", "answered", "bounced", "resolved", "reopened", "retargeted"
]
Actor = Literal["system", "person", "customer"]


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One event; `n` is its place in the ledger, `at` when it was so (a letter's receipt, say).

    - `received`: by our server; both clocks start.
    - `asked`: an information request, the only pause; by a person it is a first response as well.
    - `customer_wrote`: any message of the customer ends the pause.
    - `answered`: a public message written by a person was handed to the mail system.
    - `bounced`: the message of event `about` never arrived: as if it had not been sent. A solution that
      never arrived was no first response; that it is open again says a `reopened`.
    - `resolved`, `reopened`: the time between doesn't count for the resolution.
    - `retargeted`: the targets were replaced; start and pauses stay.
    """

    n: int
    kind: EventKind
    at: datetime
    by: Actor = "system"
    about: int | None = None
    response: timedelta | None = None
    resolution: timedelta | None = None


class Clocks(NamedTuple):
    """Both targets of one request."""

    response: BusinessClock
    resolution: BusinessClock


@dataclass
class _Story:
    """What is known while the events are read, in the order in which they were so."""

    started_at: datetime
    response: timedelta
    resolution: timedelta
    pauses: list[Pause]
    gaps: list[Pause]
    responded_at: datetime | None = None
    resolved_at: datetime | None = None

    def rest(self, at: datetime) -> None:
        if not self.pauses or self.pauses[-1].end is not None:
            self.pauses.append(Pause(at))

    def go_on(self, at: datetime) -> None:
        if self.pauses and self.pauses[-1].end is None:
            self.pauses[-1] = Pause(self.pauses[-1].start, at)

    def respond(self, at: datetime) -> None:
        if self.responded_at is None:
            self.responded_at = at


_ANNULLED_BY_A_BOUNCE: Final = frozenset({"asked", "answered"})


def fold(events: Iterable[ClockEvent], calendar: BusinessCalendar) -> Clocks:
    """Both clocks as the events tell them, read in the order in which they were so.

    Events of one moment are read in the order of the ledger. What a state doesn't allow changes
    nothing: a second request during a pause, a second resolution. Raises ValueError without a
    first `received` that carries both targets.
    """
    told = sorted(events, key=lambda event: (event.at, event.n))
    lost = {event.about for event in told if event.kind == "bounced"}
    told = [event for event in told if event.n not in lost or event.kind not in _ANNULLED_BY_A_BOUNCE]
    if not told or told[0].kind != "received" or told[0].response is None or told[0].resolution is None:
        raise ValueError(told[:1])
    story = _Story(told[0].at, told[0].response, told[0].resolution, [], [])
    for event in told[1:]:
        _tell(story, event, arrived=event.n not in lost)
    started = story.started_at
    response = BusinessClock(calendar, story.response, started, tuple(story.pauses), story.responded_at)
    rests = (*story.pauses, *story.gaps)
    return Clocks(
        response,
        replace(response, target=story.resolution, pauses=rests, stopped_at=story.resolved_at),
    )


def _tell(story: _Story, event: ClockEvent, *, arrived: bool) -> None:
    if event.kind == "retargeted":
        story.response = event.response if event.response is not None else story.response
        story.resolution = event.resolution if event.resolution is not None else story.resolution
    elif event.kind == "reopened":
        if story.resolved_at is not None:
            story.gaps.append(Pause(story.resolved_at, event.at))
            story.resolved_at = None
    elif story.resolved_at is None:
        _while_open(story, event, arrived=arrived)


def _while_open(story: _Story, event: ClockEvent, *, arrived: bool) -> None:
    """After a solution nothing counts until the request is reopened."""
    if event.kind == "asked":
        story.rest(event.at)
    elif event.kind in {"customer_wrote", "resolved"}:
        story.go_on(event.at)
    if event.kind == "resolved":
        story.resolved_at = event.at
    answers = event.kind in {"answered", "resolved"} or (event.kind == "asked" and event.by == "person")
    if answers and arrived:
        story.respond(event.at)
