"""What customers say is going on when they order: codes that are stored, and their names."""

from __future__ import annotations

from typing import Final

from services.core.wording import N_

SITUATIONS: Final = {
    "nothing_works": N_("Nothing works"),
    "works_wrong": N_("It works, but not as it should"),
    "set_up": N_("Something is to be set up or shown"),
    "unknown": N_("I don't know what to call it"),
}


def situation_name(code: str) -> str:
    """Name a situation in the words of the order form, to be translated; empty for none."""
    return SITUATIONS.get(code, "")
