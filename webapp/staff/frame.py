"""What every blueprint of the staff area is made of, and the head of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from webapp.auth.accounts import signed_in_user
from webapp.navigation import contribute, contributions
from webapp.request import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from webapp.navigation import NavItem


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
    user = signed_in_user()
    if user is None:  # a refusal, shown without the rail
        return {"rail": [], "staff_name": "", "my_zone": "UTC", "my_roles": frozenset(), "moment": now()}
    return {
        "rail": contributions().staff(user.role_names),
        "staff_name": user.person.name,
        "my_zone": user.person.zone,
        "my_roles": user.role_names,
        "moment": now(),
    }
