"""The payment code of an invoice as a drawing for its page."""

from __future__ import annotations

from markupsafe import Markup

from billing.invoices.qr import code_picture


def code_svg(payload: str) -> Markup:
    """The code with `payload` (ГОСТ Р 56042-2014) as inline SVG; empty for an empty one."""
    return Markup(code_picture(payload)) if payload else Markup()  # noqa: S704 - drawn by us, squares only
