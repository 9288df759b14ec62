"""Money that comes by bank, as if a statement had been imported with this one line in it."""

from __future__ import annotations

import hashlib
from itertools import count

from billing import payments
from billing.bank.models import BankLine, BankStatement, StatementFile
from services.core.references import new_reference

_numbers = count(1)
_SIDES = [
    f"{side}_{fact}" for side in ("payer", "payee") for fact in ("account", "inn", "kpp", "name", "bic")
]


def line(db, *, seller, amount, now, direction="in", inn="7707083893", name="ООО «Кедр-Опт»"):
    """A line of a statement of its own; its purpose names nothing."""
    number, today = str(next(_numbers)), now.date()
    content = f"statement {number} {new_reference('X')}".encode()
    digest = hashlib.sha256(content).hexdigest()
    file = StatementFile(
        reference=new_reference("F"), seller_id=seller.id, name="kl_to_1c.txt", sha256=digest,
        content=content, uploaded_by="staff:1", uploaded_at=now,
    )  # fmt: skip
    db.add(file)
    db.flush()
    statement = BankStatement(
        reference=new_reference("V"), seller_id=seller.id, file_id=file.id, format="1c", sha256=digest,
        name=file.name, from_on=today, to_on=today, balances=[], lines_new=1, lines_known=0,
        imported_by="staff:1", imported_at=now,
    )  # fmt: skip
    db.add(statement)
    db.flush()
    sides = dict.fromkeys(_SIDES, "") | {"payer_inn": inn, "payer_name": name}
    made = BankLine(
        statement_id=statement.id, seller_id=seller.id,
        own_account="40702810138250123017", identity=digest, direction=direction, number=number,
        dated_on=today, booked_on=today, minor=amount.minor, currency=amount.currency, purpose="",
        raw={}, state="waiting" if direction == "in" else "none", **sides,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def arrive(db, *, seller, amount, now):
    """Money on the seller's account: its payment, which no bill has yet."""
    came = line(db, seller=seller, amount=amount, now=now)
    return payments.take_transfer(
        db, seller=seller, bank_line_id=came.id, amount=amount, received_on=came.booked_on,
        payer_name=came.payer_name, payer_inn=came.payer_inn, now=now,
    )  # fmt: skip
