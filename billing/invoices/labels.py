"""The fixed words of documents in both languages.

They are the paper's, not the page's: a document speaks the language of its layout whoever reads
it, and keeps its words when the catalogue of the site changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from billing.invoices.content import Layout


def of(layout: Layout) -> dict[str, Any]:
    """The words of a layout."""
    return _RU if layout == "ru" else _EN


_RU: Final[dict[str, Any]] = {
    "title": {
        "schet": "Счёт на\u00a0оплату №\u00a0{number} от\u00a0{on}",
        "act": "Акт №\u00a0{number} от\u00a0{on} об\u00a0оказании услуг",
        "credit_note": "Корректировочный документ №\u00a0{number} от\u00a0{on}",
        "receipt": "Подтверждение оплаты №\u00a0{number} от\u00a0{on}",
        "upd": "Передаточный документ (акт) №\u00a0{number} от\u00a0{on}",
    },
    "short": {
        "schet": "Счёт №\u00a0{number}",
        "act": "Акт №\u00a0{number}",
        "credit_note": "Корректировочный документ №\u00a0{number}",
        "receipt": "Подтверждение оплаты №\u00a0{number}",
        "upd": "Передаточный документ №\u00a0{number}",
    },
    "corrected": {
        "act": "Акт №\u00a0{number} от\u00a0{on}",
        "schet": "Счёт №\u00a0{number} от\u00a0{on}",
        "upd": "Передаточный документ №\u00a0{number} от\u00a0{on}",
        "receipt": "Подтверждение оплаты №\u00a0{number} от\u00a0{on}",
        "credit_note": "Корректировочный документ №\u00a0{number} от\u00a0{on}",
    },
    "page": ["Страница", "из"],
    "bank_title": "Реквизиты для платёжного поручения",
    "bank": {
        "name": "Банк получателя",
        "bic": "БИК",
        "corr": "Корр. счёт",
        "inn": "ИНН",
        "kpp": "КПП",
        "payee": "Получатель",
        "account": "Счёт получателя",
        "swift": "SWIFT",
    },
    "seller": "Исполнитель",
    "buyer": "Заказчик",
    "basis": "Основание",
    "corrects": "К\u00a0документу",
    "service_on": "Дата оказания",
    "inn": "ИНН",
    "kpp": "КПП",
    "ogrn": "ОГРН",
    "items": "Услуги",
    "columns": ["№", "Наименование", "Кол-во", "Ед.", "Цена без НДС", "НДС", "Сумма с\u00a0НДС"],
    "no_vat_short": "нет",
    "net": "Итого без НДС",
    "vat": "НДС {rate}%",
    "no_vat": "Без НДС",
    "total": {
        "schet": "Всего к\u00a0оплате",
        "act": "Всего с\u00a0учётом НДС",
        "credit_note": "Всего к\u00a0уменьшению",
        "receipt": "Получено",
        "upd": "Всего к\u00a0оплате",
    },
    "sentence": {
        "credit_note": "Стоимость услуг по\u00a0исходному документу уменьшена на\u00a0эту сумму.",
        "receipt": "Не\u00a0является кассовым чеком.",
    },
    "demo": "демонстрационные реквизиты",
    "summary": "Всего наименований {n}, на\u00a0сумму {total}",
    "due": "Оплатить до\u00a0{on} включительно.",
    "purpose": "Назначение платежа",
    "code_title": "Оплата по\u00a0QR из\u00a0приложения банка",
    "code_text": "«Платежи», «Сканировать»: реквизиты, сумма и\u00a0назначение заполнятся сами. "
    "Деньги не\u00a0спишутся, пока вы не\u00a0подтвердите.",
    "upd": {
        "status_label": "Статус",
        "status": "2",
        "status_words": "передаточный документ (акт), без счёта-фактуры",
        "head": [
            *("№", "Наименование работ, услуг", "Код ОКЕИ", "Ед.", "Кол-во", "Цена"),
            *("Стоимость без НДС", "Ставка", "Сумма НДС", "Стоимость с\u00a0НДС"),
        ],
        "total": "Всего к\u00a0оплате",
    },
    "contractor": "Исполнитель",
    "customer": "Заказчик",
    "sign_here": "должность, подпись, расшифровка",
}

_EN: Final[dict[str, Any]] = {
    "title": {
        "schet": "Invoice {number} of\u00a0{on}",
        "act": "Acceptance certificate {number} of\u00a0{on}",
        "credit_note": "Credit note {number} of\u00a0{on}",
        "receipt": "Receipt of payment {number} of\u00a0{on}",
        "upd": "Transfer document {number} of\u00a0{on}",
    },
    "short": {
        "schet": "Invoice {number}",
        "act": "Acceptance certificate {number}",
        "credit_note": "Credit note {number}",
        "receipt": "Receipt {number}",
        "upd": "Transfer document {number}",
    },
    "corrected": {
        "act": "Acceptance certificate {number} of\u00a0{on}",
        "schet": "Invoice {number} of\u00a0{on}",
        "upd": "Transfer document {number} of\u00a0{on}",
        "receipt": "Receipt {number} of\u00a0{on}",
        "credit_note": "Credit note {number} of\u00a0{on}",
    },
    "page": ["Page", "of"],
    "bank_title": "Where to pay",
    "bank": {
        "name": "Bank",
        "bic": "BIC",
        "corr": "Correspondent account",
        "inn": "Tax number",
        "kpp": "",
        "payee": "Payee",
        "account": "Account (IBAN)",
        "swift": "SWIFT (BIC)",
    },
    "seller": "Seller",
    "buyer": "Customer",
    "basis": "Basis",
    "corrects": "Corrects",
    "service_on": "Date of service",
    "inn": "tax number",
    "kpp": "KPP",
    "ogrn": "registration number",
    "items": "Services",
    "columns": ["No.", "Description", "Qty", "Unit", "Price, net", "VAT", "With VAT"],
    "no_vat_short": "none",
    "net": "Subtotal, net",
    "vat": "VAT {rate}%",
    "no_vat": "Without VAT",
    "total": {
        "schet": "Total due",
        "act": "Total",
        "credit_note": "Total credited",
        "receipt": "Received",
        "upd": "Total",
    },
    "sentence": {"credit_note": "The price in the corrected document is lowered by this sum."},
    "demo": "demonstration details",
    "summary": "Items: {n}. Total: {total}",
    "due": "Payable by\u00a0{on}, that day included.",
    "purpose": "Payment reference",
    "code_title": "",
    "code_text": "",
    "upd": {
        "status_label": "Status",
        "status": "2",
        "status_words": "transfer document (act), no VAT invoice",
        "head": [
            *("No.", "Works, services", "Unit code", "Unit", "Qty", "Price"),
            *("Net", "Rate", "VAT", "Gross"),
        ],
        "total": "Total",
    },
    "contractor": "Seller",
    "customer": "Customer",
    "sign_here": "position, signature, name",
}
