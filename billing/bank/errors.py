"""What imports and matches refuse."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError, NotFoundError


class StatementError(InvalidError):
    """A file can't be read as a statement, so nothing of it is taken; `line` counts from 1.

    Codes: `statement_empty`, `statement_size`, `statement_format`, `statement_encoding`,
    `statement_truncated`, `statement_order`, `statement_trailing`, `statement_missing` (facts: key),
    `statement_repeated` (key), `statement_date`, `statement_amount`, `statement_currency` and
    `statement_account` (value), `statement_xml`, `statement_tag` (value), `statement_mapping`
    (column), `statement_mapping_wanted`.
    """

    def __init__(self, code: str, *, line: int = 1, **facts: object) -> None:
        self.line = line
        short = {name: fact[:40] if isinstance(fact, str) else fact for name, fact in facts.items()}
        super().__init__(code, field="file", line=line, **short)


class StatementRefusedError(InvalidError):
    """The file as a whole is refused, nothing of it is taken; the code says why.

    Codes: `unknown_account` (facts: account), `foreign_line` and `future_line` (number, on),
    `line_currency` (number, on, currency), `balance_broken` and `turnover_differs` (account, minor: by
    how much, currency), `no_lines`, `twin` (on, minor, currency: known from a file in another format).
    """


class BankLineNotFoundError(NotFoundError):
    """No such line of a statement."""


class StatementNotFoundError(NotFoundError):
    """No such statement, or no such file waiting to be imported."""


class LineMovedOnError(ConflictError):
    """Somebody else has done something with this line since it was shown. Facts: reference, state."""


class NoPayerAccountError(ConflictError):
    """The bank doesn't say from which account the money came: it can't be sent back. Facts: reference."""


class NothingToExportError(ConflictError):
    """None of what was chosen is an approved refund by transfer of this seller."""
