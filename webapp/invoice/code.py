"""The payment code of an invoice as a drawing for its page."""

from __future__ import annotations

from typing import Final

import segno
from markupsafe import Markup

_QUIET: Final = 4
"""Modules of white around the code, as the standard has it."""


def code_svg(payload: str) -> Markup:
    """The code with `payload` (ГОСТ Р 56042-2014, UTF-8) as inline SVG; empty for an empty one.

    Bytes, never text: text that fits would be written in an encoding that no bank reads.
    """
    if not payload:
        return Markup()
    code = segno.make(payload.encode(), error="m", micro=False)
    drawn = code.svg_inline(border=_QUIET, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn by us, squares only
