"""The page of a bill with its documents, for whoever pays it: it says nothing of the session."""

from webapp.invoice.mounting import mount

__all__ = ["mount"]
