"""State machines: one table of moves per model, on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from services.core.audit import record
from services.core.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


class Stateful(Protocol):
    """What a machine can move: a row with a state and a readable reference."""

    state: str

    @property
    def reference(self) -> str:
        """The readable name of the thing."""
        ...


class IllegalMoveError(ConflictError):
    """This verb is not allowed from this state; facts: kind, reference, state, verb."""


@dataclass(frozen=True)
class Machine:
    """The moves of one kind of thing: verb → (states it starts from, state it leads to)."""

    kind: str
    moves: Mapping[str, tuple[tuple[str, ...], str]]

    @property
    def states(self) -> frozenset[str]:
        """Every state that a move starts from or leads to."""
        named = {state for origins, _ in self.moves.values() for state in origins}
        return frozenset(named | {target for _, target in self.moves.values()})

    def allows(self, state: str, verb: str) -> bool:
        """Whether `verb` may start from `state`."""
        return state in self.moves[verb][0]

    def move(self, db: Session, thing: Stateful, verb: str, *, actor: str, now: datetime) -> None:
        """Change `thing.state` by `verb` and audit it; raises IllegalMoveError otherwise."""
        origins, target = self.moves[verb]
        before = thing.state
        if before not in origins:
            raise IllegalMoveError(kind=self.kind, reference=thing.reference, state=before, verb=verb)
        thing.state = target
        record(
            db,
            actor=actor,
            verb=f"{self.kind}.{verb}",
            subject=f"{self.kind}:{thing.reference}",
            before={"state": before},
            after={"state": target},
            now=now,
        )
