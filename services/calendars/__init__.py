"""Invitations to sessions: invite, move, withdraw, download."""

from services.calendars.commands import Attendee, cancel, invite, reschedule, resend, uninvite
from services.calendars.errors import (
    InvitationCancelledError,
    InvitationMovedError,
    InvitationNotFoundError,
)
from services.calendars.invitation import Words
from services.calendars.queries import (
    Explained,
    download,
    explain,
    find_invitation,
    get_invitation,
)
from services.calendars.words import for_customer, for_specialist

__all__ = [
    "Attendee",
    "Explained",
    "InvitationCancelledError",
    "InvitationMovedError",
    "InvitationNotFoundError",
    "Words",
    "cancel",
    "download",
    "explain",
    "find_invitation",
    "for_customer",
    "for_specialist",
    "get_invitation",
    "invite",
    "reschedule",
    "resend",
    "uninvite",
]
