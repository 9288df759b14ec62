"""Every event that mails has words in both languages, as text and as HTML."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.core.mail import Recipient
from services.core.mail.events import EVENTS
from services.core.mail.rendering import Rendered, render
from tests.cluster import ROOT, core_settings
from tests.mails import FACTS, PAGE, VENDOR

if TYPE_CHECKING:
    from pathlib import Path

    from services.core.texts import Locale

WRITTEN = frozenset(
    {"customer", "organisation", "problem", "company", "contact_name", "trouble", "specialist"}
    | {"subject", "body", "staff"}
)
HOSTILE = '<script>alert("x")</script>'
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def written(tmp_path: Path, event: str, locale: Locale, *, name: str = "Olga", **changes: Any) -> Rendered:
    return render(
        core_settings(tmp_path),
        event=event,
        to=Recipient(name, "olga@kedr.example"),
        locale=locale,
        vendor=VENDOR,
        facts={**FACTS[event], **changes},
    )


def test_every_event_has_its_three_files_and_its_facts_here() -> None:
    folders = {path.name for path in (ROOT / "templates" / "emails").iterdir() if path.is_dir()}
    assert folders == set(EVENTS) == set(FACTS)
    for event in EVENTS:
        files = {path.name for path in (ROOT / "templates" / "emails" / event).iterdir()}
        assert files == {"subject.txt", "body.txt", "body.html"}


@pytest.mark.parametrize("event", sorted(EVENTS))
@pytest.mark.parametrize("locale", ["ru", "en"])
def test_each_mail_is_whole_in_both_languages(tmp_path: Path, event: str, locale: Locale) -> None:
    words = written(tmp_path, event, locale)
    assert words.subject
    assert "\n" not in words.subject
    assert f'<html lang="{locale}">' in words.html
    warning = "коды из\u00a0СМС" if locale == "ru" else "codes from text messages"
    for body in (words.text, words.html):
        assert warning in body
        assert VENDOR.name.of(locale) in body
        assert "{{" not in body
        assert "None" not in body
    link = FACTS[event].get("url") or FACTS[event].get("link")
    if link:
        assert link in words.text
        assert words.html.count(f'href="{link}"') == 1
    assert not re.search(r"<(img|link|script|form|input)\b", words.html)
    # What stands in no fact is written in the reader's language.
    own = words.html.partition("</style>")[2]
    assert _CYRILLIC.search(own) is not None or locale == "en"


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_what_people_wrote_is_shown_and_never_obeyed(tmp_path: Path, event: str) -> None:
    texts = {k: HOSTILE for k, v in FACTS[event].items() if k in WRITTEN and isinstance(v, str)}
    words = written(tmp_path, event, "en", name=HOSTILE, **texts)
    assert "<script" not in words.html
    if texts or event not in {"payment_needs_attention", "promises_moved"}:
        assert HOSTILE in words.text


def test_missing_and_unknown_facts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unknown \['colour'\]"):
        written(tmp_path, "refund_sent", "ru", colour="red")
    with pytest.raises(ValueError, match="no mail is called"):
        render(
            core_settings(tmp_path),
            event="../../etc/passwd",
            to=Recipient("", "x@y.example"),
            locale="ru",
            vendor=VENDOR,
            facts={},
        )


def test_the_confirmation_says_what_the_customer_needs(tmp_path: Path) -> None:
    text = written(tmp_path, "session_confirmed", "ru", name="Ольга").text.replace("\u00a0", " ")
    for sentence in (
        "Сеанс оплачен, ждём вас в четверг",
        "Ольга, здравствуйте.",
        "Четверг, 26 ноября 2026, 14:00–15:00",
        "У вас, Красноярск, МСК+4. В Москве 10:00–11:00",
        "Услуга: Разовое подключение, до 60 минут",
        "Оплачено: 5 490,00 ₽, в том числе НДС 22% 990,00 ₽",
        "до 25 ноября, 14:00 — вернём всё; до 26 ноября, 10:00 — вернём 2 745,00 ₽; позже — не вернём",
        "Время (есть) · Данные (есть) · Оплата (есть) · Подключение (сейчас) · Отчёт",
        PAGE,
    ):
        assert sentence in text
    subject = written(tmp_path, "session_confirmed", "ru").subject.replace("\u00a0", " ")
    assert subject == "Сеанс подтверждён: чт, 26 ноября, 14:00 у вас (10:00 МСК)"
    subject = written(tmp_path, "session_confirmed", "en", zone="Europe/Moscow").subject
    assert subject.replace("\u00a0", " ") == "Session confirmed: Thu, 26 November, 10:00 (MSK)"


def test_a_free_connection_says_that_it_is_free_and_when_it_was_to_be(tmp_path: Path) -> None:
    event = "support_connection"
    agreed = written(tmp_path, event, "ru")
    assert "Подключение по нашей инициативе, бесплатно" in agreed.text.replace("\u00a0", " ")
    before_at = FACTS[event]["starts_at"] - timedelta(days=1)
    moved = written(tmp_path, event, "en", change="moved", before_at=before_at)
    assert "It was to be: Wed, 25 November, 14:00" in moved.text.replace("\u00a0", " ")
    off = written(tmp_path, event, "en", change="cancelled", connection_url="https://elsewhere.example")
    assert "elsewhere" not in off.text + off.html
    for words in (agreed, moved, off):
        assert "4127" in words.subject
        assert "₽" not in words.text + words.html


def test_a_cancelled_session_tells_where_the_money_goes(tmp_path: Path) -> None:
    text = written(tmp_path, "session_cancelled", "en").text
    assert "Goes back: ₽2,745.00" in text
    assert "Kept: ₽2,745.00" in text
    text = written(tmp_path, "session_cancelled", "en", refund=None, kept=None, ended_by="vendor").text
    assert "Goes back" not in text
    assert "There is nothing to pay back." in text


def test_a_ladder_that_is_down_to_its_last_step_says_from_when(tmp_path: Path) -> None:
    last = FACTS["session_confirmed"]["ladder"][-1:]
    text = written(tmp_path, "session_confirmed", "ru", ladder=last).text.replace("\u00a0", " ")
    assert "Отмена: с этой минуты — не вернём." in text


def test_a_specialist_reads_what_was_ticked_before_what_was_written(tmp_path: Path) -> None:
    def told(**changes: str) -> str:
        words = written(tmp_path, "specialist_session_booked", "ru", **changes)
        return words.text.replace("\u00a0", " ")

    assert "Что случилось: Ничего не работает. Обмен встал утром" in told()
    assert "Что случилось: Ничего не работает\n" in told(problem="")
    assert "Что случилось: не описано\n" in told(problem="", situation="")
