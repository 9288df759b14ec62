"""Navigation and the doors of the start page: what each blueprint contributes.

So a page of the free flow links to paid pages without knowing them: where `billing` can't
be imported, nothing was contributed, and nothing is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from flask import current_app, request, url_for

from webapp.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask import Flask

Place = Literal["top", "foot-support", "foot-services", "foot-documents", "staff"]
Flow = Literal["", "free", "session", "contract"]
_KEY = "priyom.navigation"
# The rail's groups: links whose order is below the figure, and not below that of the group before.
_RAIL = (
    (20, _l("The day")),
    (30, _l("Time")),
    (60, _l("Money and contracts")),
    (70, _l("Setting up")),
    (100, _l("Journals")),
)
_SHORT_RAIL = 12
"""So many links need no folding."""


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


@dataclass(frozen=True)
class Group:
    """Some links of the rail under a name; unfolded where one is, or where there are few in all."""

    label: Any
    links: list[Link]
    unfolded: bool


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

    def staff(self, roles: Iterable[str]) -> list[Group]:
        """The rail for somebody with `roles`; the page's own link, or the one above it, is here."""
        held = set(roles)
        items = self._chosen("staff", lambda item: not item.roles or bool(held & set(item.roles)))
        above = _closest(items, request.path)
        groups, since = [], 0
        for until, label in _RAIL:
            links = [_link(item, here=item is above) for item in items if since <= item.order < until]
            unfolded = not since or len(items) <= _SHORT_RAIL or any(link.here for link in links)
            if links:
                groups.append(Group(label, links, unfolded))
            since = until
        return groups

    def _links(self, place: Place, visible: Callable[[NavItem], bool]) -> list[Link]:
        return [_link(item, here=_is_here(item)) for item in self._chosen(place, visible)]

    def _chosen(self, place: Place, visible: Callable[[NavItem], bool]) -> list[NavItem]:
        return sorted(
            (item for item in self.items if item.place == place and visible(item)),
            key=lambda item: item.order,
        )


def _link(item: NavItem, *, here: bool) -> Link:
    return Link(url_for(item.endpoint, **item.values), item.label, here)


def _closest(items: Iterable[NavItem], path: str) -> NavItem | None:
    """The item whose address is the longest beginning of `path`."""
    found, longest = None, 0
    for item in items:
        url = url_for(item.endpoint, **item.values)
        if f"{path}/".startswith(f"{url.rstrip('/')}/") and len(url) > longest:
            found, longest = item, len(url)
    return found


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
