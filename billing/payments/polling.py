"""Looking at many rows that are due, so that one bad row or a silent provider stops nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from billing.payments.errors import ProviderUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_log = structlog.get_logger()
PAUSES_MINUTES = (1, 2, 5, 15, 60)
"""How long a row waits after its first failure, its second and so on."""
_SILENT = 2


def pause_minutes(tries: int) -> int:
    """How long to wait after so many failures before."""
    return PAUSES_MINUTES[min(tries, len(PAUSES_MINUTES) - 1)]


def look_at_each(
    due: Iterable[str], look: Callable[[str], object], postpone: Callable[[str, str], None]
) -> int:
    """Look at one row after the other; those that fail are postponed. Returns how many went well.

    Ends early when the provider stays silent: each silence takes its time-outs, and a job should
    end within seconds. What was not looked at is still due.
    """
    well = silent = 0
    for reference in due:
        try:
            look(reference)
            well += 1
        except ProviderUnavailableError as trouble:
            postpone(reference, str(trouble))
            silent += 1
            if silent == _SILENT:
                break
        except Exception as trouble:  # noqa: BLE001  a mistake about one row must not starve the others
            _log.error("row_not_polled", row=reference, exc_info=trouble)
            postpone(reference, type(trouble).__name__)
    return well
