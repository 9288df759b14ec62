"""A random free queue is worked twice, the second time with customers who have paid: nothing differs."""

from __future__ import annotations

import pytest

from tests.riches import compare


@pytest.mark.parametrize("rich", [(1, 4), (0, 2, 5)])
def test_payments_and_contracts_change_nothing_in_free_support_and_a_fault_is_seen(shop, demo, rich):
    found = compare(demo, shop, seeds=range(4), rich=rich)
    assert found.differing == []
    assert found.noticed
