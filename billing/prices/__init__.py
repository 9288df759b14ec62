"""Dated price lists, quotes that explain themselves, the cancellation ladder."""

from billing.prices.commands import change_prices, publish_list
from billing.prices.ladder import current_step, ladder, refund_due
from billing.prices.overview import price_overview
from billing.prices.queries import (
    find_list,
    list_lists,
    policy_for,
    quote_for,
    terms_for,
)
from billing.prices.sale import Offer, Sale, get_sale
from billing.prices.starts import StartPrice, StartPrices

__all__ = [
    "Offer",
    "Sale",
    "StartPrice",
    "StartPrices",
    "change_prices",
    "current_step",
    "find_list",
    "get_sale",
    "ladder",
    "list_lists",
    "policy_for",
    "price_overview",
    "publish_list",
    "quote_for",
    "refund_due",
    "terms_for",
]
