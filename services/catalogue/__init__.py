"""Products with their request fields, services offered, tools; texts in two languages."""

from services.catalogue.commands import (
    add,
    add_request_field,
    edit,
    edit_request_field,
    remove_request_field,
)
from services.catalogue.queries import (
    find_tool,
    get_product,
    get_service,
    list_products,
    list_services,
    list_tools,
)

__all__ = [
    "add",
    "add_request_field",
    "edit",
    "edit_request_field",
    "find_tool",
    "get_product",
    "get_service",
    "list_products",
    "list_services",
    "list_tools",
    "remove_request_field",
]
