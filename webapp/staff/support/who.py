"""Who works at the free desk: the signed-in person as one of the staff, in the free flow's own session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from services import people
from services.core.errors import ForbiddenError
from webapp.request import db
from webapp.staff.answers import me

if TYPE_CHECKING:
    from services.people.models import StaffMember

DESK: Final = ("specialist", "coordinator", "administrator")


def my_staff() -> StaffMember:
    """The member of staff that is signed in; raises ForbiddenError for an account that is none."""
    found = people.find_staff_member(db(), person_id=me().person_id)
    if found is None:
        raise ForbiddenError(reason="no_staff")
    return found
