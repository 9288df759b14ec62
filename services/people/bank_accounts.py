"""Bank accounts of organisations, ours first of all: where customers pay, and whose statements come."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from services.core.audit import record
from services.core.errors import NotFoundError
from services.people.models import BankAccount
from services.people.requisites import (
    RequisiteError,
    check_account,
    check_bic,
    check_corr_account,
    clean,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import Organisation

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_PLAIN = re.compile(r"[0-9A-Z]{4,34}")
_SWIFT = re.compile(r"[A-Z]{6}[0-9A-Z]{2}([0-9A-Z]{3})?")


@dataclass(frozen=True)
class BankDetails:
    """An account as it was typed; blanks and hyphens are taken out. `bic` makes it a Russian one."""

    currency: str
    bank_name: str
    account: str
    bic: str = ""
    corr_account: str = ""
    city: str = ""
    swift: str = ""


def add_bank_account(
    db: Session, *, organisation: Organisation, details: BankDetails, main: bool, actor: str, now: datetime
) -> BankAccount:
    """Write down an account; the first one in its currency is the main one anyway.

    Raises RequisiteError: as the checks of `requisites` do, `iban_checksum`, `account_format`,
    `swift_format`, `account_known`.
    """
    checked = check_details(details, country=organisation.country)
    _require_unknown(db, organisation.id, checked.account)
    first = main_account(db, organisation_id=organisation.id, currency=checked.currency) is None
    account = BankAccount(organisation_id=organisation.id, is_main=False, **asdict(checked))
    db.add(account)
    db.flush()
    _note(db, account, "add", actor=actor, now=now)
    if main or first:
        make_main(db, account=account, actor=actor, now=now)
    return account


def edit_bank_account(
    db: Session, *, account: BankAccount, country: str, details: BankDetails, actor: str, now: datetime
) -> BankAccount:
    """Correct an account; documents issued before keep their copy. Raises as `add_bank_account` does."""
    checked = check_details(details, country=country)
    if checked.account != account.account:
        _require_unknown(db, account.organisation_id, checked.account)
    for name, value in asdict(checked).items():
        setattr(account, name, value)
    db.flush()
    _note(db, account, "edit", actor=actor, now=now)
    return account


def make_main(db: Session, *, account: BankAccount, actor: str, now: datetime) -> None:
    """Let the invoices of the account's currency name this one."""
    before = main_account(db, organisation_id=account.organisation_id, currency=account.currency)
    if before is not None and before.id != account.id:
        before.is_main = False
        db.flush()
    account.is_main = account.active = True
    db.flush()
    _note(db, account, "main", actor=actor, now=now)


def close_bank_account(db: Session, *, account: BankAccount, actor: str, now: datetime) -> None:
    """Take no more money there; statements and documents that name it stay."""
    account.active = account.is_main = False
    db.flush()
    _note(db, account, "close", actor=actor, now=now)


def get_bank_account(db: Session, *, organisation_id: int, account_id: int) -> BankAccount:
    """The organisation's account with this id; raises NotFoundError."""
    found = db.get(BankAccount, account_id)
    if found is None or found.organisation_id != organisation_id:
        raise NotFoundError(kind="bank_account", reference=str(account_id))
    return found


def list_bank_accounts(
    db: Session, *, organisation_id: int, active_only: bool = False
) -> Sequence[BankAccount]:
    """The organisation's accounts, the main ones first."""
    query = select(BankAccount).where(BankAccount.organisation_id == organisation_id)
    if active_only:
        query = query.where(BankAccount.active)
    return db.scalars(query.order_by(BankAccount.is_main.desc(), BankAccount.id)).all()


def main_account(db: Session, *, organisation_id: int, currency: str) -> BankAccount | None:
    """The account that invoices in this currency name; None when there is none yet."""
    return db.scalar(
        select(BankAccount).where(
            BankAccount.organisation_id == organisation_id,
            BankAccount.currency == currency,
            BankAccount.is_main,
        )
    )


def check_details(details: BankDetails, *, country: str) -> BankDetails:
    """The details with bare numbers; in Russia БИК and both accounts are checked against each other.

    A missing correspondent account is a warning's matter, not refused. Raises RequisiteError.
    """
    swift = clean(details.swift)
    if swift and not _SWIFT.fullmatch(swift):
        raise RequisiteError("swift_format", field="swift")
    bic, corr, account = "", "", clean(details.account)
    if country == "RU":
        bic = check_bic(details.bic)
        account = check_account(details.account, bic=bic)
        corr = check_corr_account(details.corr_account, bic=bic) if details.corr_account.strip() else ""
    elif _IBAN.fullmatch(account):
        _check_iban(account)
    elif not _PLAIN.fullmatch(account):
        raise RequisiteError("account_format", field="account")
    return BankDetails(
        currency=clean(details.currency),
        bank_name=details.bank_name.strip(),
        account=account,
        bic=bic,
        corr_account=corr,
        city=details.city.strip(),
        swift=swift,
    )


def _check_iban(iban: str) -> None:
    """ISO 13616: the country and check digits go to the end, letters count from 10; the rest is 1."""
    turned = iban[4:] + iban[:4]
    if int("".join(str(int(sign, 36)) for sign in turned)) % 97 != 1:
        raise RequisiteError("iban_checksum", field="account")


def _require_unknown(db: Session, organisation_id: int, account: str) -> None:
    same = select(BankAccount.id).where(
        BankAccount.organisation_id == organisation_id, BankAccount.account == account
    )
    if db.scalar(same) is not None:
        raise RequisiteError("account_known", field="account")


def _note(db: Session, account: BankAccount, verb: str, *, actor: str, now: datetime) -> None:
    # The number's end is enough to tell which one it was.
    record(
        db,
        actor=actor,
        verb=f"bank_account.{verb}",
        subject=f"organisation:{account.organisation_id}",
        after={"account": account.account[-4:], "currency": account.currency},
        now=now,
    )
