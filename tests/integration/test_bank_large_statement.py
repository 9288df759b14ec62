"""A large statement: what `make bench` times at ten thousand documents, at a tenth of it."""

from __future__ import annotations

from tests.fakes.bank import Bank
from tests.load.large_statement import import_large


def test_a_thousand_documents_are_previewed_imported_and_matched(demo, now):
    took = import_large(Bank(demo, now), 1_000)
    assert took.wrong == []
    # The aim is 20 s for ten times as many; a crowded machine gets room.
    assert took.whole < 20
