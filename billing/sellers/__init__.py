"""The legal entities that sell: countries, methods, currency, VAT."""

from billing.sellers.commands import (
    add_provider_account,
    add_seller,
    add_vat_rate,
    edit_seller,
)
from billing.sellers.office import office_calendar
from billing.sellers.queries import (
    get_seller,
    list_sellers,
    list_vat_rates,
    seller_for,
    vat_by_day,
    vat_on,
)

__all__ = [
    "add_provider_account",
    "add_seller",
    "add_vat_rate",
    "edit_seller",
    "get_seller",
    "list_sellers",
    "list_vat_rates",
    "office_calendar",
    "seller_for",
    "vat_by_day",
    "vat_on",
]
