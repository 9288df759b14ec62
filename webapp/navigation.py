"""Navigation and the doors of the start page: what each blueprint contributes.

So a page of the free flow links to paid pages without knowing them: where `billing` can't
be imported, nothing was contributed, and nothing is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from flask import current_app, request, url_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask import Flask

Place = Literal["top", "foot-support", "foot-services", "foot-documents", "staff"]
Flow = Literal["", "free", "session", "contract"]
_KEY = "priyom.navigation"


@dataclass(frozen=True)
class NavItem:
    """One link; `flow` is the ink it belongs to, `roles` who of the staff sees it (all if none)."""

    endpoint: str
    label: Any
    place: Place
    order: int
    flow: Flow = ""
    roles: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Door:
    """A door of the start page: texts are lazy strings; `note` may ask the database."""

    flow: Flow
    order: int
    kind: Any
    title: Any
    paragraphs: tuple[Any, ...]
    action: Any
    endpoint: str
    note: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Link:
    """A link as a page shows it."""

    url: str
    label: Any
    here: bool


@dataclass
class Contributions:
    """All that the mounted blueprints have contributed."""

    items: list[NavItem] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)

    def top(self, flow: str = "") -> list[Link]:
        """The header's links; pages of the free flow show none of the shop's."""
        hidden = {"session", "contract"} if flow == "free" else set()
        return self._links("top", lambda item: item.flow not in hidden)

    def foot(self, place: Place, flow: str = "") -> list[Link]:
        """The links of one column of the footer."""
        del flow
        return self._links(place, lambda _item: True)

    def staff(self, roles: Iterable[str]) -> list[Link]:
        """The rail of the staff area for somebody with `roles`."""
        held = set(roles)
        return self._links("staff", lambda item: not item.roles or bool(held & set(item.roles)))

    def _links(self, place: Place, visible: Callable[[NavItem], bool]) -> list[Link]:
        chosen = sorted(
            (item for item in self.items if item.place == place and visible(item)),
            key=lambda item: item.order,
        )
        return [Link(url_for(item.endpoint, **item.values), item.label, _is_here(item)) for item in chosen]


def _is_here(item: NavItem) -> bool:
    if request.endpoint == item.endpoint:
        return all((request.view_args or {}).get(k) == v for k, v in item.values.items())
    return False


def contributions(app: Flask | None = None) -> Contributions:
    """What was contributed to `app`, or to the running application."""
    holder = app or current_app
    return cast("Contributions", holder.extensions.setdefault(_KEY, Contributions()))


def contribute(app: Flask, items: Iterable[NavItem] = (), doors: Iterable[Door] = ()) -> None:
    """Add a blueprint's links and doors."""
    there = contributions(app)
    there.items.extend(items)
    there.doors.extend(doors)
    there.doors.sort(key=lambda door: door.order)
