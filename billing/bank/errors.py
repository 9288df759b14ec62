"""What imports and matches refuse."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError, NotFoundError


class StatementRefusedError(InvalidError):
    """The file as a whole is refused, nothing of it is taken; the code says why.

    Codes: `unknown_account` (facts: account), `foreign_line` (number, on), `line_currency` (number,
    on, currency), `balance_broken` and `turnover_differs` (account, minor: by how much, currency),
    `no_lines`.
    """


class BankLineNotFoundError(NotFoundError):
    """No such line of a statement."""


class StatementNotFoundError(NotFoundError):
    """No such statement, or no such file waiting to be imported."""


class LineMovedOnError(ConflictError):
    """Somebody else has done something with this line since it was shown. Facts: reference, state."""


class NoPayerAccountError(ConflictError):
    """The bank doesn't say from which account the money came: it can't be sent back. Facts: reference."""
