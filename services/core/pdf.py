"""Documents to print, set by Typst (docs/adr/0005).

Templates and fonts lie in `templates/documents`; data goes in as JSON, so nothing in it is markup.
The files are tagged (PDF/UA-1) and made for archives (PDF/A-3b).
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog
import typst

from services.core.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import date

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates" / "documents"
FONTS: Final = TEMPLATES / "fonts"
MISSING: Final = "\u25a1"
"""Stands for a character that the font has no glyph for; templates draw it as a box."""

_STANDARDS: Final[list[typst.PDFStandard]] = ["a-3b", "ua-1"]
_log = structlog.get_logger()
# A compiler that two threads share refuses; within a thread it keeps fonts and templates warm.
_of_thread = threading.local()


def set_document(template: str, data: dict[str, Any], *, on: date) -> bytes:
    """Set `templates/documents/<template>.typ` with `data` (JSON) as a PDF dated `on`.

    Equal data give equal bytes. Characters without a glyph are replaced and logged. Raises
    NotFoundError for a template that isn't there, typst.TypstError for one that is wrong.
    """
    missing: set[str] = set()
    text = json.dumps(_printable(data, missing), ensure_ascii=False, sort_keys=True)
    if missing:
        _log.warning("glyphs_missing", template=template, characters=[*map(ascii, sorted(missing))])
    made = _compiler(template).compile(
        sys_inputs={"data": text},
        format="pdf",
        pdf_standards=_STANDARDS,
        timestamp=datetime.combine(on, time(), UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made


def find_unprintable(data: dict[str, Any]) -> list[str]:
    """The characters of `data` that `set_document` would replace, in their order."""
    missing: set[str] = set()
    _printable(data, missing)
    return sorted(missing)


@cache
def glyphs() -> frozenset[str]:
    """The characters that the documents' font can show, from the list beside it."""
    spans = (line.partition("-") for line in (FONTS / "characters.txt").read_text().split())
    return frozenset(
        chr(code)
        for first, _dash, last in spans
        for code in range(int(first, 16), int(last or first, 16) + 1)
    )


def _compiler(template: str) -> typst.Compiler:
    compilers: dict[str, typst.Compiler] = _of_thread.__dict__.setdefault("compilers", {})
    if template not in compilers:
        path = TEMPLATES / f"{template}.typ"
        if not path.is_file():
            raise NotFoundError(kind="template", reference=template)
        compilers[template] = typst.Compiler(
            path, root=TEMPLATES, font_paths=[FONTS], ignore_system_fonts=True
        )
    return compilers[template]


def _printable(value: Any, missing: set[str]) -> Any:
    """The data with every character that can't be shown replaced; line breaks stay."""
    if isinstance(value, str):
        strange = {sign for sign in value if sign not in glyphs() and sign != "\n"}
        missing |= strange
        return value.translate({ord(sign): MISSING for sign in strange}) if strange else value
    if isinstance(value, dict):
        return {key: _printable(inner, missing) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner, missing) for inner in value]
    return value
