"""Fixtures of the tests that ask the site for pages."""

from __future__ import annotations

import pytest

from tests.fakes.desk import Desk


@pytest.fixture
def desk(app, demo, clock) -> Desk:
    """The staff's side of the site, with one user for each role."""
    return Desk(app, demo, clock)
