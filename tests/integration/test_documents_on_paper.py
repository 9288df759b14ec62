"""Documents as PDF: what they say, what a machine reads of them, and the same bytes ever after."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont

from billing.invoices.content import Bank, Content, Kind, Line, Party
from billing.invoices.purpose import payment_purpose
from billing.invoices.qr import code_bytes, payment_code
from billing.invoices.setting import set_pdf, unprintable
from billing.invoices.words import sum_in_words
from services.core import pdf
from services.core.money import Money
from tests.papers import BUYER, LINE, paper

if TYPE_CHECKING:
    from collections.abc import Iterator

ON = date(2026, 11, 23)
KINDS: tuple[Kind, ...] = ("schet", "act", "credit_note", "receipt", "upd")


def abroad() -> Content:
    line = Line(
        "Online training", 1, "pcs", "796", 12_500, 0, 12_500, None, "VAT not charged: reverse charge"
    )
    return replace(
        paper(),
        layout="en",
        currency="EUR",
        number="INV-2026-00012",
        basis="Public offer, version 4 of 1 November 2026",
        seller=Party("Example Soft Ltd", "CY", address="1 Example Street, Nicosia"),
        buyer=Party("Meridian Foods GmbH", "DE", "DE123456789"),
        bank=Bank("Bank of Example", "CY17002001280000001200527600", swift="EXAMCY2N"),
        lines=(line,),
        words=sum_in_words(Money(12_500, "EUR"), "en"),
        purpose=payment_purpose(number="INV-2026-00012", on=ON, lines=(line,), layout="en"),
        qr="",
        signatories=(),
    )


def pages(made: bytes) -> list[str]:
    with pypdfium2.PdfDocument(made) as document:
        return [_text(page) for page in _each(document)]


def _each(document: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    for n in range(len(document)):
        page = document[n]
        yield page
        page.close()


def _text(page: pypdfium2.PdfPage) -> str:
    words = page.get_textpage()
    said = words.get_text_range()
    words.close()
    return " ".join(said.split())


def test_an_invoice_says_all_that_a_clerk_needs_for_a_payment_order() -> None:
    (said,) = pages(set_pdf(paper()))
    for fact in (
        "Счёт на оплату № 2026-000123 от 23 ноября 2026 года",
        *("ПАО СБЕРБАНК", "044525225", "30101810400000000225", "40702810138250123017"),
        *("ИНН 7799001016", "КПП 779901001", "ООО «Пример Софт»", "ООО «Ёлка и Ко», ИНН 2499004176"),
        "Оферта, редакция 4 от 1 ноября 2026, заказ O-C6Y9-4V7G",
        *("4 500,00", "НДС 22% 990,00", "Всего к оплате 5 490,00 ₽"),
        "Всего наименований 1, на сумму 5 490,00 ₽",
        "Пять тысяч четыреста девяносто рублей 00 копеек",
        "Оплатить до 26 ноября 2026 включительно.",
        "Оплата по счету № 2026-000123 от 23.11.2026. В т.ч. НДС 22% 990-00 руб.",
        *("Руководитель", "Орлова Н. В.", "Страница 1 из 1"),
    ):
        assert fact in said, fact


def test_the_english_layout_says_iban_swift_and_why_there_is_no_vat() -> None:
    (said,) = pages(set_pdf(abroad()))
    for fact in ("Invoice INV-2026-00012 of 23 November 2026", "CY17002001280000001200527600", "EXAMCY2N"):
        assert fact in said
    assert "VAT not charged: reverse charge." in said
    assert "One hundred and twenty-five euro and 00 cents" in said
    assert not re.search(r"[А-Яа-яЁё]", said)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_set_tagged_and_for_archives(kind: Kind) -> None:
    made = set_pdf(paper(kind))
    for sign in (b"pdfuaid:part", b"pdfaid:part>3", b"/StructTreeRoot", b"/Lang"):
        assert sign in made, sign
    assert "2026-000123" in pages(made)[0]


def test_many_lines_go_over_pages_with_their_heads_and_numbers() -> None:
    said = pages(set_pdf(paper("schet", *[LINE] * 60)))
    assert len(said) > 1
    for n, page in enumerate(said, 1):
        assert f"Страница {n} из {len(said)}" in page
        assert "Наименование" in page
    assert "Всего наименований 60, на сумму 329 400,00 ₽" in said[-1]


def test_equal_content_makes_equal_bytes_in_threads_and_in_other_processes() -> None:
    content = paper()
    with ThreadPoolExecutor(4) as pool:
        made = {*pool.map(set_pdf, [content] * 8)}
    code = (
        "import json, sys; from billing.invoices.content import Content;"
        "from billing.invoices.setting import set_pdf;"
        "sys.stdout.buffer.write(set_pdf(Content.from_json(json.load(sys.stdin))))"
    )
    again = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(content.to_json()).encode(),
        capture_output=True,
        check=True,
    )
    assert made == {again.stdout}


def test_content_survives_its_storage() -> None:
    for content in (*(paper(kind) for kind in KINDS), abroad()):
        assert Content.from_json(content.to_json()) == content


def test_what_customers_type_is_text_and_never_markup() -> None:
    hostile = '#panic("x") *bold* $y$ @ref \\ <b> {{ 1 }} //'
    (said,) = pages(set_pdf(replace(paper(), buyer=replace(BUYER, name=hostile))))
    assert '#panic("x") *bold* $y$ @ref \\ <b> {{ 1 }} //' in said


def test_characters_without_a_glyph_are_replaced_and_long_names_stay_on_the_page() -> None:
    odd = replace(BUYER, name="漢字 " + "Оченьдлинноеназвание " * 30, address="\U0001f600 \u0000дом")
    (said,) = pages(set_pdf(replace(paper(), buyer=odd)))
    assert "Заказчик Оченьдлинноеназвание" in said
    assert "Страница 1 из 1" in said


def test_what_has_no_glyph_is_told_of_and_a_word_longer_than_a_line_is_broken() -> None:
    assert unprintable(paper()) == []
    endless = replace(BUYER, name="Ж" * 300, address="字😀字")
    content = replace(paper("act"), buyer=endless)
    assert unprintable(content) == ["字", "😀"]
    with pypdfium2.PdfDocument(set_pdf(content)) as document:
        page = document[0]
        words = page.get_textpage()
        signs = [words.get_charbox(n) for n in range(words.count_chars())]
        edge = page.get_width() - 18 / 25.4 * 72
        words.close()
        page.close()
    assert max(right for _left, _bottom, right, _top in signs) <= edge + 1


def test_the_list_of_characters_is_that_of_the_fonts() -> None:
    fonts = [set(TTFont(path).getBestCmap()) for path in pdf.FONTS.glob("*.ttf")]
    assert len(fonts) > 1
    assert {ord(sign) for sign in pdf.glyphs()} <= set.intersection(*fonts)
    assert set("₽№«»—ёЁ−×…\u00a0\u202f") <= pdf.glyphs()


@pytest.mark.parametrize("name", ["ООО «Пример Софт»", "ООО «" + "Ромашка " * 12 + "»", "Ж" * 300])
def test_the_payment_code_on_paper_is_read_byte_for_byte(name: str) -> None:
    content = paper()
    assert content.bank
    code = payment_code(
        payee=replace(content.seller, name=name), bank=content.bank, purpose=content.purpose, minor=549_000
    )
    content = replace(content, qr=code)
    with pypdfium2.PdfDocument(set_pdf(content)) as document:
        page = document[0]
        bitmap = page.render(scale=3, grayscale=True)
        picture = np.array(bitmap.to_numpy())
        bitmap.close()
        page.close()
    (found,) = zxingcpp.read_barcodes(picture)
    assert bytes(found.bytes) == code_bytes(content.qr)


def test_templates_ask_no_clock_no_network_and_lie_where_they_are() -> None:
    for path in pdf.TEMPLATES.rglob("*"):
        assert not path.is_symlink(), path
    for path in pdf.TEMPLATES.glob("*.typ"):
        words = path.read_text()
        assert "datetime.today" not in words, path
        assert "@preview" not in words, path
        assert "@local" not in words, path
