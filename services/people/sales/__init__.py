"""Who would like a product shown or set up: for the sales people, neither support nor services."""

from services.people.sales.commands import Interest, ask_sales, close_enquiry, take_enquiry, wipe_enquiries
from services.people.sales.models import KINDS, LONGEST_NOTE, SalesEnquiry
from services.people.sales.queries import count_enquiries, get_enquiry, list_enquiries

__all__ = [
    "KINDS",
    "LONGEST_NOTE",
    "Interest",
    "SalesEnquiry",
    "ask_sales",
    "close_enquiry",
    "count_enquiries",
    "get_enquiry",
    "list_enquiries",
    "take_enquiry",
    "wipe_enquiries",
]
