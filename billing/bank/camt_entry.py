"""One entry of a camt.053 statement; a collected one comes as its parts when they add up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from billing.bank.errors import StatementError
from billing.bank.figures import check_currency, read_iso_date, read_minor
from billing.bank.statement import Side, StatementLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from xml.etree.ElementTree import Element

# INFO and PDNG are announced or pending: no money has moved yet.
_BOOKED: Final = "BOOK"
_LONGEST_PATH: Final = 200
_AMOUNTS: Final = ("Amt", "AmtDtls/TxAmt/Amt")


def read_entry(entry: Element, *, own: str, mark: str, line: int) -> Iterator[StatementLine]:
    """The lines that an entry is; none when it isn't booked. `mark` names it where the bank doesn't."""
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
    if not status:
        raise StatementError("statement_missing", line=line, key="Sts")
    if status != _BOOKED:
        return
    minor, currency = _amount(entry, line)
    parts = entry.findall("NtryDtls/TxDtls")
    reference = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    shares = [_share(part, currency, line) for part in parts]
    if len(parts) > 1 and all(shares) and sum(shares) == minor:
        for n, (part, share) in enumerate(zip(parts, shares, strict=True), start=1):
            name = _text(part, "Refs/AcctSvcrRef") or f"{reference or mark}/{n}"
            yield _line(entry, [part], (share, currency), own=own, reference=name, line=line)
        return
    name = reference or (_text(parts[0], "Refs/AcctSvcrRef") if len(parts) == 1 else "") or mark
    yield _line(entry, parts, (minor, currency), own=own, reference=name, line=line)


def _line(
    entry: Element,
    parts: Sequence[Element],
    amount: tuple[int, str],
    *,
    own: str,
    reference: str,
    line: int,
) -> StatementLine:
    came = _came(entry, line)
    on = _booked_on(entry, line)
    other = _side(parts[0], "Dbtr" if came else "Cdtr") if len(parts) == 1 else Side()
    # The payer's own reference is no number of the document: people pay twice under the same one.
    return StatementLine(
        number="",
        on=on,
        booked_on=on,
        minor=amount[0],
        currency=amount[1],
        payer=other if came else Side(account=own),
        payee=Side(account=own) if came else other,
        purpose=" ".join(_purposes(entry, parts)),
        kind=_text(entry, "BkTxCd/Prtry/Cd") or _text(entry, "BkTxCd/Domn/Cd"),
        reference=reference,
        raw=_raw(entry, parts),
    )


def _amount(entry: Element, line: int) -> tuple[int, str]:
    amount = entry.find("Amt")
    if amount is None:
        raise StatementError("statement_missing", line=line, key="Amt")
    currency = check_currency(amount.get("Ccy", ""), line=line)
    return read_minor(amount.text or "", currency, line=line), currency


def _share(part: Element, currency: str, line: int) -> int:
    """What a part of a collected entry comes to in the entry's currency; 0 when it doesn't say."""
    for path in _AMOUNTS:
        amount = part.find(path)
        if amount is not None and amount.get("Ccy") == currency:
            return read_minor(amount.text or "", currency, line=line)
    return 0


def _came(entry: Element, line: int) -> bool:
    said = _text(entry, "CdtDbtInd")
    if said not in {"CRDT", "DBIT"}:
        raise StatementError("statement_missing", line=line, key="CdtDbtInd")
    return said == "CRDT"


def _booked_on(entry: Element, line: int) -> date:
    day = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")
    if not day:
        raise StatementError("statement_missing", line=line, key="BookgDt")
    return read_iso_date(day, line=line)


def _side(part: Element, who: str) -> Side:
    """The other side. Its tax number is told by its form, as banks put all kinds of numbers there."""
    party = part.find(f"RltdPties/{who}")
    if party is not None and party.find("Pty") is not None:  # since version 08
        party = party.find("Pty")
    numbers = [] if party is None else [one.strip() for one in _texts(party, "Id/OrgId/Othr/Id")]
    numbers += [] if party is None else [one.strip() for one in _texts(party, "Id/PrvtId/Othr/Id")]
    bank = f"RltdAgts/{who}Agt/FinInstnId"
    return Side(
        account=_text(part, f"RltdPties/{who}Acct/Id/IBAN") or _text(part, f"RltdPties/{who}Acct/Id/Othr/Id"),
        inn=next((one for one in numbers if one.isdecimal() and len(one) in {10, 12}), ""),
        kpp=next((one for one in numbers if one.isdecimal() and len(one) == 9), ""),
        name="" if party is None else _text(party, "Nm"),
        bic=next(
            (one for key in ("BICFI", "BIC", "ClrSysMmbId/MmbId") if (one := _text(part, f"{bank}/{key}"))),
            "",
        ),
    )


def _purposes(entry: Element, parts: Sequence[Element]) -> list[str]:
    """Free text and the payee's references, in order; the entry's own remark where there is neither."""
    said = [
        text
        for part in parts
        for path in ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref")
        for text in _texts(part, path)
    ]
    said = [text.strip() for text in said if text.strip()]
    return said or [_text(entry, "AddtlNtryInf")]


def _raw(entry: Element, parts: Sequence[Element]) -> dict[str, str]:
    """Everything that has a text, by its path within the entry; the n-th of a kind carries n."""
    raw: dict[str, str] = {}
    times = Counter[str]()
    # By hand and not by recursion: a file may nest as deep as it likes.
    waiting = [(child, child.tag) for child in entry if child.tag != "NtryDtls"]
    waiting += [(part, "TxDtls") for part in parts]
    waiting.reverse()
    while waiting:
        element, path = waiting.pop()
        text = (element.text or "").strip()
        if text:
            times[path] += 1
            raw[path if times[path] == 1 else f"{path}#{times[path]}"] = text
        waiting += [(child, f"{path}/{child.tag}"[-_LONGEST_PATH:]) for child in reversed(element)]
    return raw


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _texts(element: Element, path: str) -> list[str]:
    return [one.text or "" for one in element.findall(path)]
