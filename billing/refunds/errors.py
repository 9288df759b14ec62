"""What a refund refuses."""

from __future__ import annotations

from services.core.errors import ConflictError


class NotEnoughCapturedError(ConflictError):
    """More was asked back than is left of what came in. Facts: order, asked, left."""


class OneApproverError(ConflictError):
    """A sum above the limit needs another person than the one who asked. Facts: refund."""


class NotByBankError(ConflictError):
    """A refund that the provider makes can't be moved by hand. Facts: refund, way."""
