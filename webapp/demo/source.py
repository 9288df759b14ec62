"""Reading the demo's files: plain values, texts with their typography, money, wall times."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.core.money import Money, exponent
from services.core.texts import Texts
from webapp.demo.typography import bind, curl

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent
Table = dict[str, Any]


def read(name: str = "demo.toml") -> Table:
    """The tables of one of the demo's files."""
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def texts(pair: Mapping[str, str]) -> Texts:
    """A pair `{ru, en}` as a text, typeset by the rules of each language."""
    return Texts(ru=bind(pair["ru"].strip()), en=curl(pair["en"].strip()))


def document(kind: str) -> Texts:
    """The two bodies of a document, in Markdown."""
    folder = FOLDER / "documents"
    return Texts(
        ru=bind((folder / f"{kind}.ru.md").read_text("utf-8")),
        en=curl((folder / f"{kind}.en.md").read_text("utf-8")),
    )


def money(figure: str, currency: str) -> Money:
    """A figure in whole units of a currency ("4500", "4500.50") as money."""
    return Money(int(Decimal(figure).scaleb(exponent(currency))), currency)


def hundredths(figure: str) -> int:
    """A factor or a percentage ("1.5", "22") in hundredths."""
    return int(Decimal(figure) * 100)


def minute(wall: str) -> int:
    """A wall time ("18:00", also "24:00") as the minute of its day."""
    hour, _, rest = wall.partition(":")
    return int(hour) * 60 + int(rest)
