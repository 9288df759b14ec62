"""How tests are shared among xdist's workers: those of the browser together, all others one by one.

(xdist's own groups find nothing to mark since pytest 9.2.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer


class BrowserTogether(LoadScopeScheduling):
    """Two browsers on two cores are slower than one."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowserTogether:
    return BrowserTogether(config, log)
