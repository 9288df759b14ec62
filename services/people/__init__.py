"""Organisations (ours included), persons, memberships, staff."""

from services.people.commands import (
    add_own_organisation,
    add_person,
    edit_own_organisation,
    edit_person,
    hire,
    join,
    organisation_for,
)
from services.people.queries import (
    find_organisation_by_inn,
    get_organisation,
    get_person,
    list_staff,
)

__all__ = [
    "add_own_organisation",
    "add_person",
    "edit_own_organisation",
    "edit_person",
    "find_organisation_by_inn",
    "get_organisation",
    "get_person",
    "hire",
    "join",
    "list_staff",
    "organisation_for",
]
