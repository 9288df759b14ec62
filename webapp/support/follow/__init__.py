"""The page of a request behind its secret link: whose turn it is, the clocks, the conversation."""

from webapp.support.follow.mounting import mount

__all__ = ["mount"]
