"""Setting a document as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.invoices.content import Content


def set_pdf(content: Content) -> bytes:
    """The document as PDF; same content, same bytes."""
    raise NotImplementedError(content.kind)
