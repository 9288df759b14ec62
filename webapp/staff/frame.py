"""What every blueprint of the staff area is made of, and the head of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint
from sqlalchemy.orm.exc import DetachedInstanceError

from webapp.auth.accounts import signed_in_user
from webapp.navigation import contribute, contributions
from webapp.request import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from webapp.navigation import NavItem

_EMPTY: dict[str, Any] = {}


def staff_blueprint(name: str, module: str, prefix: str = "") -> Blueprint:
    """A blueprint under `/staff` whose pages know the rail and who is signed in."""
    made = Blueprint(f"staff_{name}", module, url_prefix=f"/staff{prefix}")
    made.context_processor(_frame)
    return made


def mount_all(app: Flask, areas: Iterable[tuple[Blueprint, list[NavItem]]]) -> None:
    """Register blueprints with their places in the rail."""
    for blueprint, items in areas:
        app.register_blueprint(blueprint)
        contribute(app, items)


def _frame() -> dict[str, Any]:
    try:
        return _head()
    except DetachedInstanceError:
        # The page of a failure: the session is closed already, and its page needs no rail.
        return _EMPTY


def _head() -> dict[str, Any]:
    user = signed_in_user()
    if user is None:  # a refusal, shown without the rail
        return _EMPTY
    return {
        "rail": contributions().staff(user.role_names),
        "staff_name": user.person.name,
        "my_zone": user.person.zone,
        "my_roles": user.role_names,
        "moment": now(),
    }
