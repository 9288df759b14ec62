"""Whatever bytes come, a statement comes back or a StatementError; and what we write we read."""

from __future__ import annotations

import time
import tracemalloc
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.bank.errors import StatementError
from billing.bank.formats import read_statement
from billing.bank.payment_orders import BankPlace, PaymentOrder, write_payment_orders
from billing.bank.statement import Side, Statement
from billing.bank.table import TableMapping
from tests.statements import CAMT, MT940, OURS, TABLE, THEIRS, WHOLE
from tests.unit.test_statements_elsewhere import MAPPING

SHORT = TableMapping({"on": "D", "amount": "A"}, account=OURS)
SAMPLES = [WHOLE.encode("cp1251"), CAMT.encode(), MT940.encode(), TABLE.encode("cp866")]


def judge(content: bytes) -> None:
    told = read_or_refuse(content)
    if isinstance(told, StatementError):
        assert told.line >= 1
        assert told.code.startswith("statement_")
    else:
        assert isinstance(told, Statement)
        assert all(line.minor > 0 and "\x00" not in line.purpose for line in told.lines)


def read_or_refuse(content: bytes) -> Statement | StatementError:
    try:
        return read_statement(content, name="x", mapping=MAPPING)
    except StatementError as error:
        return error


@given(st.binary(max_size=400))
def test_any_bytes(content):
    judge(content)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=12)), max_size=4),
)
def test_samples_with_pieces_cut_out_and_put_in(content, cuts):
    for at, length, put in cuts:
        content = content[:at] + put + content[at + length :]
    judge(content)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_samples_with_lines_lost_doubled_or_moved(content, data):
    lines = content.split(b"\n")
    order = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=2 * len(lines)))
    judge(b"\n".join(lines[n] for n in order))


WORDS = st.text(
    st.characters(codec="cp1251", exclude_categories=["Cc", "Zs", "Zl", "Zp", "Cf"]), min_size=1, max_size=12
)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ORDERS = st.builds(
    PaymentOrder,
    number=st.integers(1, 999999).map(str),
    on=st.dates(date(2020, 1, 1), date(2100, 1, 1)),
    minor=st.integers(1, 10**14),
    payer=st.builds(Side, account=st.just(OURS), inn=st.just("7707083893"), name=TEXTS),
    payee=st.builds(Side, account=st.just(THEIRS), inn=st.sampled_from(["", "7736207543"]), name=TEXTS),
    purpose=TEXTS,
    payee_bank=st.builds(BankPlace, name=TEXTS, city=TEXTS),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(ORDERS, min_size=1, max_size=3))
def test_written_payment_orders_are_read_again(orders):
    made = write_payment_orders(orders, made_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    statement = read_statement(made, name="orders.txt")
    assert statement.accounts == (OURS,)
    for order, line in zip(orders, statement.lines, strict=True):
        assert (line.number, line.on, line.minor) == (order.number, order.on, order.minor)
        assert (line.payer.account, line.payee.account) == (OURS, THEIRS)
        assert line.purpose == order.purpose
        assert (line.payee.inn, line.payer.inn) == (order.payee.inn, "7707083893")


@pytest.mark.parametrize("strange", ["ООО\r\nКонецФайла", "ООО\nСумма=1.00", "ООО\x00\u2028Сумма=1.00"])
def test_a_name_begins_no_line_of_its_own(strange):
    order = PaymentOrder(
        "1",
        date(2026, 11, 20),
        100,
        Side(OURS, name=strange),
        Side(THEIRS, name=strange),
        f"Возврат {strange} 漢",
    )
    made = write_payment_orders([order], made_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    (line,) = read_statement(made, name="x").lines
    assert line.minor == 100
    assert line.purpose.endswith("?")
    assert made.count(b"\r\n") == made.count(b"\n")


@pytest.mark.parametrize(
    "content",
    [
        WHOLE.replace("В т.ч.", "\n".join(["ещё ИНН   "] * 300_000)).encode(),
        WHOLE.replace("В т.ч.", "ИНН  " * 300_000).encode(),
        MT940.replace("/NZP/", "\n".join(["INN   /"] * 300_000)).encode(),
        MT940.replace(":20:", "{" * 5000 + "}" * 5000 + "\n:20:").encode(),
        (TABLE + "17.11.2026;" + ";" * 3_000_000).encode(),
        ("<Document>" + "<a>" * 100_000).encode(),
        CAMT.replace("<Ustrd>", "<Ustrd>" * 900).encode(),
    ],
    ids=["folded", "long", "details", "blocks", "columns", "deep", "nested"],
)
def test_files_that_would_keep_us_busy_are_refused_at_once(content):
    started = time.process_time()
    assert isinstance(read_or_refuse(content), StatementError)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "content",
    [
        b":20:X\r\n" + b"{}" * 1_000_000,
        "1CClientBankExchange\nВерсияФормата=1.03\n".encode() + b"K=1\n" + b"x\n" * 2_100_000,
        b"<Document>" + b"<a>" * 1_100_000 + b"</a>" * 1_100_000 + b"</Document>",
    ],
)
def test_files_that_would_only_fill_the_memory_are_refused_before_they_are_read(content) -> None:
    tracemalloc.start()
    with pytest.raises(StatementError):
        read_statement(content, name="x")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * 2**20


def test_a_table_of_more_rows_than_any_bank_gives_is_refused() -> None:
    started = time.perf_counter()
    with pytest.raises(StatementError, match="statement_size"):
        read_statement(b"D;A\n" + b"01.01.2026;1\n" * 1_000_000, name="x.csv", mapping=SHORT)
    assert time.perf_counter() - started < 20
