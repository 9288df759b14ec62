"""Money that came by bank, with the rows of the statement that shows it."""

from __future__ import annotations

from itertools import count

from sqlalchemy import text

from billing import payments
from services.core.references import new_reference

_numbers = count(1)
_EMPTY = ("own_account", "payer_account", "payer_kpp", "payer_bic", "payee_account", "payee_inn",
          "payee_kpp", "payee_name", "payee_bic")  # fmt: skip


def came_by_bank(db, *, seller, amount, now, payer_inn="7707083893"):
    """A payment of `amount` to `seller`, put to no bill yet."""
    n = next(_numbers)
    facts = {"seller": seller.id, "now": now, "today": now.date(), "sha": f"{n:064x}"}
    file = db.scalar(
        text("""INSERT INTO billing.statement_file
            (reference, seller_id, name, sha256, content, uploaded_by, uploaded_at)
            VALUES (:ref, :seller, 'test.txt', :sha, 'x', 'staff:1', :now) RETURNING id"""),
        {**facts, "ref": new_reference("F")},
    )
    statement = db.scalar(
        text("""INSERT INTO billing.statement (reference, seller_id, file_id, format, sha256, name, from_on,
            to_on, balances, lines_new, lines_known, imported_by, imported_at)
            VALUES (:ref, :seller, :file, '1c', :sha, 'test.txt', :today, :today, '[]', 1, 0, 'staff:1', :now)
            RETURNING id"""),
        {**facts, "ref": new_reference("Z"), "file": file},
    )
    names = ", ".join(_EMPTY)
    line = db.scalar(
        text(f"""INSERT INTO billing.bank_line (reference, statement_id, seller_id, identity, direction,
            number, dated_on, booked_on, minor, currency, payer_inn, payer_name, purpose, raw, state, {names})
            VALUES (:ref, :statement, :seller, :sha, 'in', :n, :today, :today, :minor, :currency, :inn,
            'ООО «Кедр-Опт»', '', '{{}}', 'waiting', {", ".join("''" for _ in _EMPTY)}) RETURNING id"""),
        {**facts, "ref": new_reference("L"), "statement": statement, "n": str(n), "minor": amount.minor,
         "currency": amount.currency, "inn": payer_inn},
    )  # fmt: skip
    return payments.take_transfer(
        db, seller=seller, bank_line_id=line, amount=amount, received_on=now.date(),
        payer_name="ООО «Кедр-Опт»", payer_inn=payer_inn, now=now,
    )  # fmt: skip


def pay_by_bank(db, bill, *, now):
    """Money for the whole of a bill, put to it."""
    bill = payments.lock_bill(db, bill_id=bill.id)
    payment = came_by_bank(db, seller=bill.order.seller, amount=payments.open_amount(db, bill=bill), now=now)
    payments.put_to_bill(db, payment=payment, bill=bill, amount=payment.amount, actor="system", now=now)
    return payment
