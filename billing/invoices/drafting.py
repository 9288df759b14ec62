"""What a document is going to say, put together from its bill and the order behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from billing.invoices.content import Bank, Content, Corrected, Line, Party, Signatory
from billing.invoices.credit import credit_lines, left_by_rate
from billing.invoices.purpose import payment_purpose
from billing.invoices.qr import payment_code
from billing.invoices.words import sum_in_words
from services import documents
from services.core.money import Money
from services.core.wording import format_day
from services.people.bank_accounts import main_account

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from billing.invoices.content import Kind, Layout
    from billing.invoices.models import Document
    from billing.invoices.numbering import Numbered
    from billing.orders.models import Bill, BillLine, Order
    from billing.sellers.models import Seller

_PIECE: Final = {"ru": ("шт", "796"), "en": ("pcs", "796")}
"""ОКЕИ 796: a service that is sold by the piece."""
_ACCEPTS: Final[dict[Layout, str]] = {
    "ru": "Оплата счёта означает согласие с\u00a0условиями оферты, указанной в\u00a0основании.",
    "en": "Paying this invoice means agreeing to the offer named as its basis.",
}
_RENDERED: Final[dict[Layout, str]] = {
    "ru": "Услуги оказаны полностью и\u00a0в\u00a0срок. Заказчик претензий не\u00a0имеет. Без\u00a0"
    "мотивированного отказа в\u00a0течение пяти рабочих дней услуги считаются принятыми.",
    "en": "The services were rendered in full and in time, and the customer has no claims. Without a "
    "reasoned objection within five business days they count as accepted.",
}
_KEPT: Final[dict[Layout, str]] = {
    "ru": "Плата удержана по\u00a0правилам отмены, указанным в\u00a0основании. Без\u00a0мотивированного "
    "отказа в\u00a0течение пяти рабочих дней она считается принятой.",
    "en": "The fee is kept under the cancellation rules of the offer named as the basis. Without a "
    "reasoned objection within five business days it counts as accepted.",
}
_PAID: Final[dict[Layout, str]] = {
    "ru": "Оплата получена полностью {on}. Документ подтверждает только оплату: об\u00a0оказании услуг "
    "составляется акт.",
    "en": "The payment was received in full on {on}. This confirms the payment alone: an acceptance "
    "certificate follows the service.",
}
_PERSON_INN: Final = 12
_ACCOUNTANT: Final[dict[Layout, str]] = {"ru": "Бухгалтер", "en": "Accountant"}


def layout_of(seller: Seller) -> Layout:
    """The language of the seller's documents: Russian at home, English elsewhere."""
    return "ru" if seller.organisation.country == "RU" else "en"


def draft_invoice(db: Session, *, bill: Bill, numbered: Numbered) -> Content:
    """An invoice for all of a bill, payable until its due date in the seller's zone."""
    seller = bill.order.seller
    content, bank = _of_bill(db, bill, "schet", numbered), _bank(db, seller)
    purpose = payment_purpose(
        number=content.number, on=content.issued_on, lines=content.lines, layout=content.layout
    )
    return replace(
        content,
        due_on=bill.due_at.astimezone(ZoneInfo(seller.zone)).date(),
        bank=bank,
        purpose=purpose,
        qr=payment_code(payee=content.seller, bank=bank, purpose=purpose, minor=content.gross)
        if bank
        else "",
        signatories=(*_head(seller), *_accountant(seller)),
        notes=(_ACCEPTS[content.layout],),
    )


def draft_act(db: Session, *, bill: Bill, numbered: Numbered, service_on: date) -> Content:
    """An acceptance certificate over all of a bill, for a service of `service_on`."""
    content = _of_bill(db, bill, "act", numbered)
    return replace(
        content,
        service_on=service_on,
        signatories=_head(bill.order.seller),
        notes=((_KEPT if bill.kind == "fee" else _RENDERED)[content.layout],),
    )


def draft_receipt(db: Session, *, bill: Bill, numbered: Numbered, paid_on: date) -> Content:
    """A confirmation that all of a bill was paid; it names the invoice, and is no fiscal receipt."""
    content = _of_bill(db, bill, "receipt", numbered)
    said = _PAID[content.layout].format(on=format_day(paid_on, content.layout, year=True, style="plain"))
    return replace(content, signatories=_head(bill.order.seller), notes=(said,))


def draft_credit_note(
    corrected: Document, *, lines: Sequence[Line], numbered: Numbered, reason: str
) -> Content:
    """A credit note over `lines`; parties and basis are those of what it corrects."""
    before = corrected.said
    gross = Money(sum(line.gross for line in lines), before.currency)
    return replace(
        before,
        kind="credit_note",
        number=numbered.number,
        issued_on=numbered.issued_on,
        lines=tuple(lines),
        words=sum_in_words(gross, before.layout),
        due_on=None,
        service_on=None,
        purpose="",
        qr="",
        corrects=Corrected(corrected.kind, corrected.number, corrected.issued_on),
        notes=(reason,),
    )


def _of_bill(db: Session, bill: Bill, kind: Kind, numbered: Numbered) -> Content:
    order = bill.order
    layout = layout_of(order.seller)
    lines = _lines(bill, layout)
    return Content(
        kind=kind,
        layout=layout,
        number=numbered.number,
        issued_on=numbered.issued_on,
        currency=bill.total_currency,
        seller=seller_party(order.seller),
        buyer=buyer_party(order),
        lines=lines,
        basis=_basis(db, order, layout),
        words=sum_in_words(Money(sum(line.gross for line in lines), bill.total_currency), layout),
        demo=order.seller.is_demo,
    )


def seller_party(seller: Seller) -> Party:
    """The seller as he is now."""
    own = seller.organisation
    return Party(
        name=own.name,
        country=own.country,
        inn=own.inn or "",
        kpp=own.kpp or "",
        ogrn=own.ogrn or "",
        address=own.address,
    )


def buyer_party(order: Order) -> Party:
    """Who pays, as the order says it: a company, or the person who ordered."""
    payer, contact = order.payer or {}, order.contact or {}
    return Party(
        name=payer.get("company") or contact.get("name", ""),
        country=payer.get("country") or order.country,
        inn=payer.get("inn", ""),
        kpp=payer.get("kpp", ""),
        address=payer.get("address", ""),
    )


def _lines(bill: Bill, layout: Layout) -> tuple[Line, ...]:
    """The bill's lines; where the customer was let off a part, what is left, a line for each rate."""
    lines = [_line(line, layout) for line in bill.lines]
    if not bill.reduced_minor:
        return tuple(lines)
    return tuple(credit_lines(left_by_rate(lines, ()), bill.payable.minor))


def _bank(db: Session, seller: Seller) -> Bank | None:
    account = main_account(db, organisation_id=seller.organisation_id, currency=seller.currency)
    if account is None:
        return None
    name = f"{account.bank_name}, {account.city}" if account.city else account.bank_name
    return Bank(name, account.account, account.bic, account.corr_account, account.swift)


def _head(seller: Seller) -> tuple[Signatory, ...]:
    """Who signs first. A Russian document has a line for him even while nobody is named."""
    if seller.head_position or layout_of(seller) == "en":
        return (Signatory(seller.head_position, seller.head_name),) if seller.head_position else ()
    is_trader = len(seller.organisation.inn or "") == _PERSON_INN
    return (Signatory("Предприниматель" if is_trader else "Руководитель", seller.head_name),)


def _accountant(seller: Seller) -> tuple[Signatory, ...]:
    name = seller.accountant_name
    return (Signatory(_ACCOUNTANT[layout_of(seller)], name),) if name else ()


def _line(line: BillLine, layout: Layout) -> Line:
    unit, okei = _PIECE[layout]
    return Line(
        text=line.text.of(layout),
        quantity=line.quantity,
        unit=unit,
        okei=okei,
        net=line.net_minor,
        vat=line.vat_minor,
        gross=line.gross_minor,
        vat_rate=line.vat_rate,
        vat_reason=line.vat_reason.of(layout) if line.vat_reason else "",
    )


def _basis(db: Session, order: Order, layout: Layout) -> str:
    """«Оферта, редакция 3 от 1 ноября 2026, заказ O-…»: the wording that the customer agreed to."""
    agreed = documents.list_acceptances(db, subject_ref=f"order:{order.reference}")
    offers = [one.version for one in agreed if one.version.kind == "offer"]
    if not offers:
        return f"Заказ {order.reference}" if layout == "ru" else f"Order {order.reference}"
    offer = offers[-1]
    on = format_day(offer.valid_from_on, layout, year=True, style="plain")
    if layout == "ru":
        return f"Оферта, редакция {offer.n} от {on}, заказ {order.reference}"
    return f"Public offer, version {offer.n} of {on}, order {order.reference}"
