"""A section of a 1CClientBankExchange file: its pairs as they stand there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from billing.bank.errors import StatementError

# No purpose is that long; what is, would only keep us busy.
_LONGEST: Final = 10_000


@dataclass
class Section:
    """A section as it stands in the file; `at` is the line of each key, `line` that of the section."""

    name: str
    value: str
    line: int
    pairs: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    last: str = ""

    def add(self, key: str, value: str, line: int) -> None:
        """Take a pair; the same key twice with different values is refused, but in the header."""
        if len(value) > _LONGEST:
            raise StatementError("statement_order", line=line, value=value)
        if key in self.pairs and self.pairs[key] != value:
            raise StatementError("statement_repeated", line=line, key=key)
        self.pairs[key], self.at[key], self.last = value, line, key

    def go_on(self, text: str, line: int) -> None:
        """Take a line that isn't a pair: the rest of the value before it."""
        if not self.last:
            raise StatementError("statement_order", line=line, value=text)
        whole = f"{self.pairs[self.last]} {text.strip()}".strip()
        if len(whole) > _LONGEST:
            raise StatementError("statement_order", line=line, value=text)
        self.pairs[self.last] = whole

    def need(self, key: str) -> tuple[str, int]:
        """The value of `key` with its line; raises StatementError when it is absent or empty."""
        value = self.pairs.get(key, "")
        if not value:
            raise StatementError("statement_missing", line=self.line, key=key)
        return value, self.at[key]
