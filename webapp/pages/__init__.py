"""The start page and the texts: frequent questions, regulation, documents. Part of the free side."""

from webapp.pages.views import mount

__all__ = ["mount"]
