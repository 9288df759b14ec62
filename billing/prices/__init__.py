"""Dated price lists, quotes that explain themselves, the cancellation ladder."""

from billing.prices.commands import change_prices, publish_list
from billing.prices.ladder import current_step, ladder, refund_due
from billing.prices.overview import price_overview
from billing.prices.queries import (
    find_list,
    get_price,
    list_lists,
    policy_for,
    quote_for,
    quotes_for,
    terms_for,
)

__all__ = [
    "change_prices",
    "current_step",
    "find_list",
    "get_price",
    "ladder",
    "list_lists",
    "policy_for",
    "price_overview",
    "publish_list",
    "quote_for",
    "quotes_for",
    "refund_due",
    "terms_for",
]
