"""One contact person for each company."""

from services.support.contacts.companies import company_for
from services.support.contacts.designating import (
    confirm_contact,
    end_contact,
    propose_contact,
    replace_contact,
)
from services.support.contacts.errors import AnsweredAlreadyError, ContactNotFoundError, HandOverError
from services.support.contacts.filing import drop, file, is_same, send_on
from services.support.contacts.following import go_on, hear, reopen_or_follow
from services.support.contacts.handing_over import (
    accept_hand_over,
    decline_hand_over,
    offer_hand_over,
    withdraw_hand_over,
)
from services.support.contacts.letters import first_name, tell_contact
from services.support.contacts.queries import (
    count_contacts,
    find_contact,
    find_forwarding,
    find_open_hand_over,
    get_contact,
    get_hand_over,
    list_contacts,
    list_held,
    list_history,
)

__all__ = [
    "AnsweredAlreadyError",
    "ContactNotFoundError",
    "HandOverError",
    "accept_hand_over",
    "company_for",
    "confirm_contact",
    "count_contacts",
    "decline_hand_over",
    "drop",
    "end_contact",
    "file",
    "find_contact",
    "find_forwarding",
    "find_open_hand_over",
    "first_name",
    "get_contact",
    "get_hand_over",
    "go_on",
    "hear",
    "is_same",
    "list_contacts",
    "list_held",
    "list_history",
    "offer_hand_over",
    "propose_contact",
    "reopen_or_follow",
    "replace_contact",
    "send_on",
    "tell_contact",
    "withdraw_hand_over",
]
