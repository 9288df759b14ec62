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
    find_organisation,
    find_organisation_by_inn,
    find_staff_member,
    list_customers_by_number,
    list_own_countries,
    list_staff,
)

__all__ = [
    "add_own_organisation",
    "add_person",
    "edit_own_organisation",
    "edit_person",
    "find_organisation",
    "find_organisation_by_inn",
    "find_staff_member",
    "hire",
    "join",
    "list_customers_by_number",
    "list_own_countries",
    "list_staff",
    "organisation_for",
]
