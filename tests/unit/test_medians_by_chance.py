"""The permutation test: silent where nothing differs or there is too little, loud where something does."""

from __future__ import annotations

import random

from webapp.staff.comparison.permutation import p_value


def test_chance_explains_equal_groups_but_no_planted_shift_and_of_few_nothing_is_said() -> None:
    draw = random.Random(11)
    one = [draw.lognormvariate(-1.1, 0.6) for _ in range(60)]
    other = [draw.lognormvariate(-1.1, 0.6) for _ in range(40)]
    alike = p_value(one, other)
    assert alike is not None
    assert alike > 0.05
    assert p_value(one, other) == alike
    assert p_value([0.3] * 12, [0.3] * 12) == 1
    for shift in (0.3, -0.3):
        shifted = p_value(one, [share + shift for share in other])
        assert shifted is not None
        assert 0 < shifted < 0.01
    assert p_value(one, other[:9]) is None
    assert p_value([], other) is None
