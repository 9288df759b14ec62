"""A statement's file from its upload to its lines: all of it or nothing, and each document once."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, text

from billing.bank.errors import StatementNotFoundError, StatementRefusedError
from billing.bank.formats import read_statement
from billing.bank.models import BankStatement, Mapping, StatementFile
from billing.bank.sorting import refuse_future, sort_lines
from billing.bank.table import TableMapping
from billing.bank.twins import refuse_twins
from billing.sellers.models import Seller
from billing.sellers.queries import list_sellers
from services.core.audit import record
from services.core.files.storage import clean_name
from services.core.jobs import defer
from services.core.references import new_reference
from services.people.bank_accounts import list_bank_accounts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.bank.sorting import Seen
    from billing.bank.statement import Statement

_KEEP_WAITING = timedelta(days=1)
_AT_ONCE = 1000
_COLUMNS = (
    "statement_id bigint, seller_id bigint, own_account text, identity text, direction text,"
    " number text, dated_on date, booked_on date, minor bigint, currency text, payer_account text,"
    " payer_inn text, payer_kpp text, payer_name text, payer_bic text, payee_account text, payee_inn text,"
    " payee_kpp text, payee_name text, payee_bic text, purpose text, raw jsonb, state text"
)
_NAMES = ", ".join(part.split()[0] for part in _COLUMNS.split(","))
_INSERT = text(
    f"INSERT INTO billing.bank_line ({_NAMES}) SELECT {_NAMES}"  # noqa: S608 - names from here alone
    f" FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row ({_COLUMNS})"
    " ON CONFLICT (identity) DO NOTHING"
)


def upload(
    db: Session, *, name: str, content: bytes, mapping: Mapping | None = None, actor: str, now: datetime
) -> StatementFile:
    """Keep a file until somebody has seen what it would do; whose it is say the accounts in it.

    What nobody imports is forgotten after a day. Raises StatementError for a file that can't be
    read, StatementRefusedError for one of a stranger's account or that contradicts itself.
    """
    _forget_stale(db, now=now)
    statement = _read(content, name, mapping)
    refuse_future(statement, today=now.date())
    seller = _seller_of(db, statement)
    refuse_twins(db, seen=_sort(db, statement, seller), format_=statement.format)
    file = StatementFile(
        reference=new_reference("U"),
        seller=seller,
        mapping=mapping,
        name=clean_name(name),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_by=actor,
        uploaded_at=now,
    )
    db.add(file)
    db.flush()
    return file


def _forget_stale(db: Session, *, now: datetime) -> None:
    imported = select(BankStatement.file_id)
    stale = (StatementFile.uploaded_at < now - _KEEP_WAITING, StatementFile.id.not_in(imported))
    db.execute(delete(StatementFile).where(*stale))


def _read(content: bytes, name: str, mapping: Mapping | None) -> Statement:
    columns = TableMapping.of_json(mapping.columns) if mapping is not None else None
    return read_statement(content, name=name, mapping=columns)


def _seller_of(db: Session, statement: Statement) -> Seller:
    for seller in list_sellers(db, active_only=False):
        if set(statement.accounts) & own_accounts(db, seller).keys():
            return seller
    raise StatementRefusedError("unknown_account", account=", ".join(statement.accounts))


def own_accounts(db: Session, seller: Seller) -> dict[str, str]:
    """The numbers of the seller's accounts with their currencies, also of those he has left."""
    accounts = list_bank_accounts(db, organisation_id=seller.organisation_id)
    return {one.account: one.currency for one in accounts}


def get_file(db: Session, *, reference: str) -> StatementFile:
    """The file with this reference; raises StatementNotFoundError."""
    file = db.scalar(select(StatementFile).where(StatementFile.reference == reference))
    if file is None:
        raise StatementNotFoundError(kind="statement_file", reference=reference)
    return file


def find_imported(db: Session, *, file: StatementFile) -> BankStatement | None:
    """The statement that the same bytes were imported as before, if they were."""
    query = select(BankStatement).where(BankStatement.seller_id == file.seller_id)
    return db.scalar(query.where(BankStatement.sha256 == file.sha256))


def seen_lines(db: Session, *, file: StatementFile) -> tuple[Statement, list[Seen]]:
    """Read a file and say what each line is to its seller; raises StatementError, StatementRefusedError."""
    statement = _read(file.content, file.name, file.mapping)
    return statement, _sort(db, statement, file.seller)


def _sort(db: Session, statement: Statement, seller: Seller) -> list[Seen]:
    return sort_lines(statement, own=own_accounts(db, seller), inn=seller.organisation.inn or "")


def list_known(db: Session, *, identities: Sequence[str]) -> set[str]:
    """Which of these documents were imported before, from whatever file."""
    query = text("SELECT identity FROM billing.bank_line WHERE identity = ANY(:identities)")
    return set(db.scalars(query, {"identities": list(identities)}))


def import_statement(db: Session, *, file: StatementFile, actor: str, now: datetime) -> BankStatement:
    """Store every line of a file that isn't known yet; their matching follows as a job.

    The same bytes once more change nothing and give the statement of the first time. Raises
    StatementError and StatementRefusedError, and then nothing is stored.
    """
    statement, seen = seen_lines(db, file=file)
    # One import of a seller after the other, so that overlapping files count each document once.
    db.scalars(select(Seller.id).where(Seller.id == file.seller_id).with_for_update(key_share=True)).one()
    known = find_imported(db, file=file)
    if known is not None:
        return known
    refuse_future(statement, today=now.date())
    refuse_twins(db, seen=seen, format_=statement.format)
    fresh = _fresh(db, seen)
    made = _statement_row(file, statement, seen, new=len(fresh), actor=actor, now=now)
    db.add(made)
    db.flush()
    for start in range(0, len(fresh), _AT_ONCE):
        rows = [_row(one, made) for one in fresh[start : start + _AT_ONCE]]
        db.execute(_INSERT, {"rows": json.dumps(rows)})
    counts = {"new": made.lines_new, "known": made.lines_known}
    subject = f"statement:{made.reference}"
    record(db, actor=actor, verb="statement.import", subject=subject, after=counts, now=now)
    if fresh:
        defer(db, "match_statement", queue="paid", lock=f"match_statement {made.id}", statement_id=made.id)
    return made


def _fresh(db: Session, seen: Sequence[Seen]) -> list[Seen]:
    known = list_known(db, identities=[one.identity for one in seen])
    return [one for one in seen if one.identity not in known]


def _statement_row(
    file: StatementFile, statement: Statement, seen: Sequence[Seen], *, new: int, actor: str, now: datetime
) -> BankStatement:
    from_on, to_on = days_of(statement)
    return BankStatement(
        reference=new_reference("V"),
        seller=file.seller,
        file_id=file.id,
        format=statement.format,
        sha256=file.sha256,
        name=file.name,
        from_on=from_on,
        to_on=to_on,
        balances=[_plain(one) for one in statement.balances],
        lines_new=new,
        lines_known=len(seen) - new,
        imported_by=actor,
        imported_at=now,
        matched_at=None if new else now,
    )


def days_of(statement: Statement) -> tuple[date, date]:
    """The first and the last day that a statement is about."""
    days = [line.booked_on for line in statement.lines]
    days += [day for one in statement.balances for day in (one.from_on, one.to_on)]
    return min(days), max(days)


def _plain(balance: Any) -> dict[str, Any]:
    return {**vars(balance), "from_on": balance.from_on.isoformat(), "to_on": balance.to_on.isoformat()}


def _row(one: Seen, statement: BankStatement) -> dict[str, Any]:
    line = one.line
    sides = (("payer", line.payer), ("payee", line.payee))
    return {
        "statement_id": statement.id,
        "seller_id": statement.seller_id,
        "own_account": one.account,
        "identity": one.identity,
        "direction": one.direction,
        "number": line.number,
        "dated_on": line.on.isoformat(),
        "booked_on": line.booked_on.isoformat(),
        "minor": line.minor,
        "currency": line.currency,
        **{f"{who}_{name}": value for who, side in sides for name, value in vars(side).items()},
        "purpose": line.purpose,
        "raw": line.raw,
        "state": "waiting" if one.direction == "in" else "none",
    }
