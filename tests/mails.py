"""Facts for every event that mails, as one story tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.core.money import Money
from services.core.texts import Texts
from services.core.vendor import VendorProfile

START = datetime(2026, 11, 26, 7, tzinfo=UTC)
END = START + timedelta(hours=1)
HERE = "Asia/Krasnoyarsk"
SERVICE = Texts(ru="Разовое подключение", en="One-off remote session")
PAGE = "https://priyom.example/s/S-7Q4M-2XKD/abcdefghijklmnopqrstuv"

VENDOR = VendorProfile(
    name=Texts(ru="Отдел поддержки «Пример Софт»", en="Support department of Primer Soft"),
    products_line=Texts(ru="Наполеон, AceTeam, AcePacer", en="Napoleon, AceTeam, AcePacer"),
    legal_name=Texts(ru="ООО «Пример Софт»", en="Primer Soft LLC"),
    support_email="support@priyom.example",
    phone="",
    blog_url="",
    zone="Europe/Moscow",
    city_in=Texts(ru="в Москве", en="in Moscow"),
)


@dataclass(frozen=True)
class Step:
    """A step of a ladder, as the mails need it."""

    until_at: datetime | None
    refund: Money
    kept: Money


def roubles(minor: int) -> Money:
    return Money(minor, "RUB")


LADDER = [
    Step(START - timedelta(hours=24), roubles(549000), roubles(0)),
    Step(START - timedelta(hours=4), roubles(274500), roubles(274500)),
    Step(None, roubles(0), roubles(549000)),
]

_SESSION: dict[str, Any] = {
    "session_ref": "S-7Q4M-2XKD",
    "service": SERVICE,
    "starts_at": START,
    "ends_at": END,
    "zone": HERE,
    "url": PAGE,
}
_WISH: dict[str, Any] = {
    "wish_ref": "W-7Q4M-2XKD",
    "service": SERVICE,
    "from_on": date(2026, 11, 26),
    "until_on": date(2026, 11, 30),
    "part": "In the morning, 6 to 12",
    "zone": HERE,
    "url": "https://priyom.example/w/W-7Q4M-2XKD/abcdefghijklmnopqrstuv",
}
_SALES: dict[str, Any] = {
    "reference": "N-7Q4M-2XKD",
    "kind": "presentation",
    "name": "Ольга Смирнова",
    "company": "Кедр-Опт",
    "email": "olga@kedr.example",
    "phone": "",
    "product": Texts(ru="Наполеон", en="Napoleon"),
    "body": "Шесть торговых представителей, хотим увидеть заказ с планшета",
}
_ENQUIRY: dict[str, Any] = {
    "reference": "E-7Q4M-2XKD",
    "company": "Кедр-Опт",
    "contact_name": "Ольга Смирнова",
    "email": "olga@kedr.example",
    "phone": "",
    "products": [Texts(ru="Наполеон", en="Napoleon")],
    "users": 120,
    "sites": None,
    "hours": "8x5",
    "own_hours": "",
    "trouble": "Обмен встаёт по ночам",
}

_DOCUMENT: dict[str, Any] = {
    "number": "2026-000123",
    "issued_on": date(2026, 11, 23),
    "total": roubles(549000),
    "seller": "ООО «Пример Софт»",
    "buyer": "ООО «Кедр-Опт»",
    "order_ref": "O-7Q4M-2XKD",
    "url": "https://priyom.example/b/B-7Q4M-2XKD/abcdefghijklmnopqrstuv",
}

_REQUEST: dict[str, Any] = {
    "number": 4127,
    "subject": "Остатки не обновляются",
    "product": Texts(ru="Наполеон", en="Napoleon"),
    "url": "https://priyom.example/r/4127/abcdefghijklmnopqrstuv",
}
_ANSWERED: dict[str, Any] = {**_REQUEST, "body": "Повторили у себя.\nСмотрим.", "staff": "Мария Лисина"}

_PURPOSE = "Оплата по счету № 2026-000123 от 23.11.2026. В т.ч. НДС 22% 990-00 руб."
_HELD = datetime(2026, 11, 25, 21, tzinfo=UTC)

FACTS: dict[str, dict[str, Any]] = {
    "invoice_issued": {
        **_DOCUMENT,
        "due_on": date(2026, 11, 26),
        "vat": roubles(99000),
        "vat_percent": 22,
        "seller_inn": "7799001016",
        "seller_kpp": "779901001",
        "order_url": "https://priyom.example/o/O-7Q4M-2XKD/abcdefghijklmnopqrstuv",
        "held_until": _HELD,
        "zone": HERE,
        "bank": "ПАО СБЕРБАНК",
        "bic": "044525225",
        "corr_account": "30101810400000000225",
        "account": "40702810138250123017",
        "purpose": "Оплата по счету № 2026-000123 от 23.11.2026. В т.ч. НДС 22% 990-00 руб.",
    },
    "act_issued": {
        **_DOCUMENT,
        "service_on": date(2026, 11, 26),
        "refusable_until_on": date(2026, 12, 3),
    },
    "credit_note_issued": {
        **_DOCUMENT,
        "corrects": "2026-000101",
        "corrects_on": date(2026, 11, 20),
        "reason": "Прерван по нашей вине",
    },
    "session_confirmed": {
        **_SESSION,
        "order_ref": "O-7Q4M-2XKD",
        "minutes": 60,
        "specialist": "Андрей Ковалёв",
        "paid": roubles(549000),
        "due_on": None,
        "vat": roubles(99000),
        "vat_percent": 22,
        "ladder": LADDER,
        "ordered_at": datetime(2026, 11, 23, 7, 20, tzinfo=UTC),
    },
    "session_cancelled": {
        **_SESSION,
        "order_ref": "O-7Q4M-2XKD",
        "ended_by": "customer",
        "refund": roubles(274500),
        "kept": roubles(274500),
        "owed": None,
    },
    "order_link": {
        **_SESSION,
        "order_ref": "O-7Q4M-2XKD",
        "minutes": 60,
        "total": roubles(549000),
        "held_until": datetime(2026, 11, 23, 8, 1, tzinfo=UTC),
    },
    "wish_received": {**_WISH, "offer_minutes": 60},
    "wish_offered": {
        **_SESSION,
        "url": "https://priyom.example/o/O-7Q4M-2XKD/abcdefghijklmnopqrstuv",
        "wish_ref": "W-7Q4M-2XKD",
        "wish_url": _WISH["url"],
        "minutes": 60,
        "total": roubles(549000),
        "held_until": datetime(2026, 11, 23, 8, 40, tzinfo=UTC),
    },
    "trust_refused": {
        **_SESSION,
        "url": "https://priyom.example/o/O-7Q4M-2XKD/abcdefghijklmnopqrstuv",
        "order_ref": "O-7Q4M-2XKD",
        "reason": "На платёжном поручении нет отметки банка",
        "held_until": datetime(2026, 11, 24, 10, tzinfo=UTC),
    },
    "time_gone": {
        **_SESSION,
        "url": "https://priyom.example/o/O-7Q4M-2XKD/abcdefghijklmnopqrstuv",
        "order_ref": "O-7Q4M-2XKD",
        "amount": roubles(549000),
        "choose_until": datetime(2026, 11, 26, 14, 59, 59, tzinfo=UTC),
    },
    "wish_lapsed": {**_WISH, "reason": "passes"},
    "invoice_passed_on": {
        **_SESSION,
        "url": "https://priyom.example/o/O-7Q4M-2XKD/abcdefghijklmnopqrstuv",
        "order_ref": "O-7Q4M-2XKD",
        "number": "2026-000123",
        "total": roubles(549000),
        "due_on": date(2026, 11, 24),
        "held_until": _HELD,
        "sent_to": "buh@kedr.example",
    },
    "invoice_reminder": {
        **_DOCUMENT,
        "rest": roubles(549000),
        "due_on": date(2026, 11, 24),
        "is_late": False,
        "void_after": _HELD,
        "purpose": _PURPOSE,
        "zone": "Europe/Moscow",
    },
    "invoice_partly_paid": {
        **_DOCUMENT,
        "received": roubles(200000),
        "rest": roubles(349000),
        "due_on": date(2026, 11, 24),
        "purpose": _PURPOSE,
    },
    "invoice_void": _DOCUMENT,
    "order_lapsed": {
        **_SESSION,
        "url": "https://priyom.example/o/O-7Q4M-2XKD/abcdefghijklmnopqrstuv",
        "order_ref": "O-7Q4M-2XKD",
        "number": "2026-000123",
        "total": roubles(549000),
    },
    "refund_sent": {
        "order_ref": "O-7Q4M-2XKD",
        "service": SERVICE,
        "starts_at": START,
        "zone": HERE,
        "amount": roubles(274500),
        "url": PAGE,
    },
    "specialist_session_booked": {
        **_SESSION,
        "zone": "Asia/Omsk",
        "minutes": 60,
        "customer": "Ольга Смирнова",
        "organisation": "Кедр-Опт",
        "customer_zone": HERE,
        "product": None,
        "situation": "Nothing works",
        "problem": "Обмен встал утром",
    },
    "specialist_session_moved": {
        **_SESSION,
        "zone": "Asia/Omsk",
        "customer": "Ольга Смирнова",
        "organisation": "Кедр-Опт",
        "before_at": datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    },
    "specialist_session_left": {
        **_SESSION,
        "zone": "Asia/Omsk",
        "customer": "Ольга Смирнова",
        "organisation": "",
    },
    "specialist_session_cancelled": {
        **_SESSION,
        "zone": "Asia/Omsk",
        "customer": "Ольга Смирнова",
        "organisation": "",
        "ended_by": "customer",
    },
    "payment_needs_attention": {
        "reason": "unknown_object",
        "order_ref": "",
        "amount": roubles(549000),
        "url": "https://priyom.example/staff/payments",
    },
    "sla_enquiry_received": _ENQUIRY,
    "promises_moved": {
        "count": 3,
        "zone_data": "2027.1",
        "url": "https://priyom.example/staff/promises",
    },
    "sla_enquiry_receipt": _ENQUIRY,
    "sales_receipt": _SALES,
    "sales_received": _SALES,
    "support_receipt": {
        **_REQUEST,
        "class_name": Texts(ru="Обычное", en="Usual"),
        "response_minutes": 240,
        "resolution_minutes": 1440,
        "response_due_at": datetime(2026, 11, 23, 11, 20, tzinfo=UTC),
        "resolution_due_at": datetime(2026, 11, 26, 9, 20, tzinfo=UTC),
        "zone": HERE,
        "vendor_zone": "Europe/Moscow",
        "missing": [(Texts(ru="База с устройства", en="Database from the device"), "")],
        "source": "call",
        "said": "Говорит, с пятницы остатки за среду.",
        "cannot_collect": False,
    },
    "support_closed": _REQUEST,
    "support_connection": _REQUEST
    | {
        "change": "agreed",
        "starts_at": datetime(2026, 11, 26, 7, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 26, 8, tzinfo=UTC),
        "before_at": None,
        "zone": HERE,
        "specialist": "Мария Лисина",
        # The page that a mail leads to depends on the change.
        "url": "https://priyom.example/r/4127/abcdefghijklmnopqrstuv/connection",
        "connection_url": "https://priyom.example/r/4127/abcdefghijklmnopqrstuv/connection",
    },
    "support_kept": _REQUEST | {"contact": "Ольга"},
    "support_dropped": _REQUEST | {"contact": "Ольга"},
    "support_forwarded": _REQUEST | {"author": "Пётр Кедров", "employees": 6},
    "contact_offered": {
        "company": "ООО «Кедр-Опт»",
        "from_name": "Ольга Мельникова",
        "url": "https://desk.example/k/H-7Q4M-2XKD/x",
    },
    "contact_named": {"company": "ООО «Кедр-Опт»", "url": "https://desk.example/k/K-7Q4M-2XKD/x"},
    "support_reminder": {
        **_REQUEST,
        "target": "resolution",
        "share": 75,
        "left_minutes": 360,
        "due_at": datetime(2026, 11, 26, 9, 20, tzinfo=UTC),
        "zone": "Europe/Moscow",
    },
    "support_answer": {**_ANSWERED, "files": ["settings.xml"]},
    "support_asked": {
        **_ANSWERED,
        "items": [
            (
                Texts(ru="База с устройства", en="Database from the device"),
                Texts(ru="«Сервис», «Отправить базу»", en="Service, Send the database"),
                "с планшета на 4.12",
            )
        ],
    },
    "support_resolved": {
        **_ANSWERED,
        "files": [],
        "is_plan": False,
        "reopen_until_on": date(2026, 12, 7),
    },
    "support_merged": {
        **_REQUEST,
        "into": 4120,
        "into_url": "https://priyom.example/r/4120/abcdefghijklmnopqrstuv",
    },
    "password_link": {"link": "https://priyom.example/password/abc"},
    "password_set": {"link": ""},
}
