"""What the catalogue and snapshots of it say about booking, as the engine's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from services.scheduling.engine.slots import ServiceRules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Bookable(Protocol):
    """A service, or rules: whatever says how it is booked; lengths in whole minutes."""

    @property
    def minutes(self) -> int: ...  # noqa: D102
    @property
    def grid_minutes(self) -> int: ...  # noqa: D102
    @property
    def buffer_before(self) -> int: ...  # noqa: D102
    @property
    def buffer_after(self) -> int: ...  # noqa: D102
    @property
    def notice_minutes(self) -> int: ...  # noqa: D102
    @property
    def horizon_days(self) -> int: ...  # noqa: D102
    @property
    def skills(self) -> Collection[str]: ...  # noqa: D102
    @property
    def mode(self) -> str: ...  # noqa: D102


NUMBERS = ("minutes", "grid_minutes", "buffer_before", "buffer_after", "notice_minutes", "horizon_days")


def rules_of(service: Bookable) -> ServiceRules:
    """Give the rules of a service of the catalogue; rules themselves come back equal."""
    return ServiceRules(
        **{name: getattr(service, name) for name in NUMBERS},
        skills=frozenset(service.skills),
        mode="all" if service.mode == "all" else "any",
    )


def rules_to_json(rules: ServiceRules) -> dict[str, Any]:
    """Give the shape that is frozen with a session."""
    numbers = {name: getattr(rules, name) for name in NUMBERS}
    return numbers | {"skills": sorted(rules.skills), "mode": rules.mode}


def rules_from_json(stored: Mapping[str, Any]) -> ServiceRules:
    """Read the frozen shape; other keys beside the rules are left alone."""
    return ServiceRules(
        **{name: stored[name] for name in NUMBERS},
        skills=frozenset(stored["skills"]),
        mode=stored["mode"],
    )
