"""Services and prices: the shop window of the paid side."""

from webapp.prices.views import mount

__all__ = ["mount"]
