"""The four kinds of domain error; concrete ones stand beside their domain.

An error carries facts (codes, references, numbers), never sentences: `webapp/errors.py`
owns the status and the translated text.
"""

from __future__ import annotations


class DomainError(Exception):
    """Something the business rules refuse; `facts` say what, in codes and plain values."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(", ".join(f"{name}={value!r}" for name, value in facts.items()))


class NotFoundError(DomainError):
    """No such thing, or none that this person may know of (404)."""


class ForbiddenError(DomainError):
    """The thing exists for this person, the act doesn't (403)."""


class ConflictError(DomainError):
    """The state of things has moved on since the person looked (409)."""


class InvalidError(DomainError):
    """A value breaks a rule (422); `field` names the input it belongs to, `code` the rule."""

    def __init__(self, code: str, *, field: str | None = None, **facts: object) -> None:
        self.code = code
        self.field = field
        super().__init__(code=code, **facts)
