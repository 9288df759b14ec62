"""Our reader of MT940 and the library for it say the same of what both understand."""

from __future__ import annotations

from datetime import date

import mt940
from hypothesis import given
from hypothesis import strategies as st

from billing.bank.formats import read_statement

MOVES = st.lists(
    st.tuples(
        st.dates(min_value=date(2021, 1, 1), max_value=date(2068, 1, 1)),
        st.sampled_from(["C", "D"]),
        st.integers(1, 10**11),
        st.from_regex(r"[A-Z0-9]{1,12}", fullmatch=True),
    ),
    min_size=1,
    max_size=6,
)


def written(moves) -> str:
    lines = [":20:ST1", ":25:40702810138250123017", ":28C:1/1", ":60F:C210101RUB0,00"]
    for on, side, minor, reference in moves:
        lines.append(f":61:{on:%y%m%d}{side}{minor // 100},{minor % 100:02}NTRF{reference}//B{reference}")
        lines.append(f":86:Oplata {reference}")
    return "\r\n".join([*lines, ":62F:C210101RUB0,00", "-", ""])


@given(MOVES)
def test_both_read_the_same_movements(moves):
    text = written(moves)
    ours = read_statement(text.encode(), name="x").lines
    theirs = list(mt940.parse(text))
    own = "40702810138250123017"
    assert [
        (line.on, line.minor if line.payee.account == own else -line.minor, line.number, line.reference)
        for line in ours
    ] == [
        (
            move.data["date"],
            int(move.data["amount"].amount * 100),
            move.data["customer_reference"],
            move.data["bank_reference"],
        )
        for move in theirs
    ]
