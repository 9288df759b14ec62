"""Individual SLA contracts. So far their beginning: the enquiry."""

from services.contracts.commands import Wishes, decline, enquire, take
from services.contracts.models import HOURS, Enquiry
from services.contracts.queries import (
    count_enquiries,
    find_enquiry,
    get_enquiry,
    list_enquiries,
)

__all__ = [
    "HOURS",
    "Enquiry",
    "Wishes",
    "count_enquiries",
    "decline",
    "enquire",
    "find_enquiry",
    "get_enquiry",
    "list_enquiries",
    "take",
]
