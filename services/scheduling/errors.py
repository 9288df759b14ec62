"""What scheduling refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core.errors import ConflictError, InvalidError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from services.scheduling.engine.slots import Slot


class SlotTakenError(ConflictError):
    """Somebody has just taken this time; `nearest` are free slots around it, may be empty.

    `reasons` are the codes of quotas that are used up, if it is them.
    """

    nearest: Sequence[Slot] = ()

    def __init__(self, *, start: datetime | None = None, reasons: Sequence[str] = ()) -> None:
        self.reasons = tuple(reasons)
        super().__init__(start=start, reasons=self.reasons)


class SlotNotOfferedError(InvalidError):
    """The start is no bookable slot, and was none a moment ago; `reasons` are codes.

    `nearest` are free slots around it, may be empty.
    """

    nearest: Sequence[Slot] = ()

    def __init__(self, *, start: datetime, reasons: Sequence[str] = ()) -> None:
        self.reasons = tuple(reasons)
        super().__init__("not_offered", field="start", start=start, reasons=self.reasons)


class HoldLapsedError(ConflictError):
    """The hold's time is over or was given away. Facts: what it was asked for."""


class SpecialistNotFoundError(NotFoundError):
    """No such specialist."""


class HolidaySetNotFoundError(NotFoundError):
    """No such set of days off."""


class HoursError(InvalidError):
    """Windows, a zone, dates or days off that can't be.

    Codes `window`, `zone`, `dates`, `limit`; of holiday sets `code_taken`, `no_days`.
    """


class DeskError(InvalidError):
    """A reserve or closure that can't be; codes `reserve_` and `closure_` with what is wrong."""


class ClosureNotFoundError(NotFoundError):
    """No such closure."""
