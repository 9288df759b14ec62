"""The accountant's pages of the bank: upload, preview, import, decide, send back."""

from __future__ import annotations

import io

import pytest

from billing import bank
from tests.fakes.bank import OWN, Bank, Paper, statement
from tests.fakes.desk import enter


@pytest.fixture
def till(desk, now):
    return Bank(desk.database, now)


@pytest.fixture
def accountant(desk):
    return enter(desk.app, "accountant")


def chosen(accountant, content: bytes, *, name: str = "kl_to_1c.txt", status: int = 200, **values):
    """The page after a file was chosen."""
    form = accountant.get("/staff/bank/upload")
    token = form.one("main form[method=post] input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "files": (io.BytesIO(content), name), **values}
    return accountant.post("/staff/bank/upload", data, status=status)


def loaded(accountant, till, content: bytes):
    """The statement's page after the import and its job."""
    page = accountant.submit(chosen(accountant, content))
    with till.sessions() as db:
        ((newest, *_rest), _total) = bank.list_statements(db, limit=1)
    till.match(newest)
    return accountant.get(page.path)


def test_the_accountants_day(till, accountant):
    sure, late = till.order(), till.order(days=11)
    content = statement(
        till.pays(sure), till.pays(late, inn="7707083893", name="ООО «Холдинг»"), Paper(5_00, "Без номера")
    )
    assert "Nothing waits for you" in accountant.get("/staff/bank/").text
    preview = chosen(accountant, content)
    assert "Load 3 documents, apply 1 payment" in preview.text
    assert "Somebody else than the buyer has paid: 1" in preview.text
    page = loaded(accountant, till, content)
    assert till.state(sure) == ("confirmed", "covered")
    assert "Decide what waits" in page.text
    review = accountant.get("/staff/bank/")
    decide = accountant.get(review.link("Холдинг"))
    assert "Apply ₽5,490" in decide.text
    done = accountant.submit(decide, form="main form[action$='/apply']")
    assert "The money is applied" in done.soup.get_text()
    assert till.state(late) == ("confirmed", "covered")


def test_the_same_file_again_and_a_broken_one_say_so(till, accountant):
    content = statement(Paper(100_00, "Оплата"))
    loaded(accountant, till, content)
    assert "This very file was loaded" in chosen(accountant, content).text
    longer = content + b" "
    assert "All its documents are known already" in chosen(accountant, longer).text
    broken = chosen(accountant, content[:-100], status=422)
    assert broken.errors()
    assert "choose" in chosen(accountant, b"", status=422).errors()[0].lower()
    strange = statement(Paper(1, "x", payee="40702810200000000001"), account="40702810200000000001")
    assert "is none of ours" in chosen(accountant, strange, status=422).errors()[0]


def test_sums_are_shared_among_invoices_as_typed(till, accountant):
    one, two = till.order(), till.order(days=11)
    (line,) = till.take(Paper(10_000_00, "Оплата за услуги"))
    page = accountant.get(f"/staff/bank/lines/{line.reference}/?q=2499004176")
    bills = [till.invoice(order).bill.reference for order in (one, two)]
    form = "main details form[action*='/apply']"
    typed = [f"sum-{bill}" for bill in bills]
    wrong = accountant.submit(page, form=form, status=422, **{typed[0]: "much", typed[1]: "5"})
    assert "Enter a sum like" in wrong.text
    assert wrong.one(f"input#{typed[0]}")["value"] == "much"
    over = accountant.submit(wrong, form=form, status=422, **dict.fromkeys(typed, "5490"))
    assert "more than is free" in over.text
    accountant.submit(over, form=form, **{typed[0]: "5490", typed[1]: "4 510,00"})
    assert (till.state(one), till.state(two)) == (("confirmed", "covered"), ("awaiting_payment", "open"))


def test_a_match_is_taken_back_and_a_line_set_aside(till, accountant):
    order = till.order()
    (line,) = till.take(till.pays(order))
    page = accountant.get(f"/staff/bank/lines/{line.reference}/")
    page = accountant.submit(page, form="form[action*='/take-back/']")
    assert "The match was taken back" in page.text
    refused = accountant.submit(page, form="form[action$='/set-aside']", status=422, note=" ")
    assert refused.errors()
    page = accountant.submit(refused, form="form[action$='/set-aside']", note="Заём")
    assert "Заём" in page.text
    page = accountant.submit(page, form="form[action$='/take-up']")
    assert till.lines()[0].state == "waiting"


def test_money_goes_back_by_a_payment_order_and_the_statement_ends_it(till, accountant, desk):
    (line,) = till.take(Paper(300_00, "Ошибочный платеж"))
    page = accountant.submit(
        accountant.get(f"/staff/bank/lines/{line.reference}/"), form="form[action$='/send-back']"
    )
    assert "to be paid" in page.text
    with till.sessions() as db:
        ((refund, _line),) = bank.list_transfers(db)
    form = page.one("form[action*='/export/']")
    token = form.select_one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "refund": refund.reference, "press": "file"}
    answer = accountant.client.post(form["action"], data=data)
    assert answer.status_code == 200
    assert refund.reference in answer.data.decode("cp1251")
    assert f"ПлательщикСчет={OWN}" in answer.data.decode("cp1251")
    assert "given to the bank" in accountant.get("/staff/bank/refunds/").text
    assert "Tick the refunds" in accountant.post(form["action"], {"csrf_token": token}).soup.get_text()


def test_a_large_refund_is_approved_by_another_person(till, accountant, desk):
    (line,) = till.take(Paper(200_000_00, "Ошибочный платеж"))
    page = accountant.submit(
        accountant.get(f"/staff/bank/lines/{line.reference}/"), form="form[action$='/send-back']"
    )
    assert "a second person has to approve it" in page.text
    second = enter(desk.app, "administrator")
    page = second.submit(second.get("/staff/bank/refunds/"), form="form[action$='/approve']")
    assert "The refund is approved" in page.soup.get_text()
    page = accountant.submit(accountant.get("/staff/bank/refunds/"), form="form[action$='/withdraw']")
    assert "its money is free again" in page.soup.get_text()
    assert till.lines()[0].state == "waiting"


TABLE = (
    "Дата;Сумма;Контрагент;ИНН;Счет;Назначение\r\n"
    "23.11.2026;1 234,50;ООО «Кедр-Опт»;2499004176;40702810455000024248;Оплата\r\n"
)
HEADINGS = {
    "column_on": "Дата", "column_amount": "Сумма", "column_other_name": "Контрагент",
    "column_other_inn": "ИНН", "column_other_account": "Счет", "column_purpose": "Назначение",
}  # fmt: skip


def test_a_banks_table_is_described_once_and_read_then(till, accountant):
    assert chosen(accountant, TABLE.encode("cp1251"), name="bank.csv", status=422).errors()
    form = accountant.get("/staff/bank/tables/new")
    missing = accountant.submit(form, status=422, name="Точка", account=OWN, column_on="Дата")
    assert "column of the sum" in missing.errors()[0]
    accountant.submit(missing, name="Точка", account=OWN, **HEADINGS)
    again = accountant.submit(
        accountant.get("/staff/bank/tables/new"), status=422, name="Точка", account=OWN, **HEADINGS
    )
    assert "already" in again.errors()[0]
    mapping = accountant.get("/staff/bank/upload").all("select[name=mapping] option")[1]["value"]
    page = chosen(accountant, TABLE.encode("cp1251"), name="bank.csv", mapping=mapping)
    assert "₽1,234.50" in page.text
    shown = accountant.get(accountant.get("/staff/bank/tables/").link("Точка"))
    assert shown.one("[name=column_purpose]")["value"] == "Назначение"
    accountant.submit(accountant.get("/staff/bank/tables/"), form="form[action$='/remove']")
    assert "No table is described" in accountant.get("/staff/bank/tables/").text


def test_lists_find_and_narrow(till, accountant):
    till.take(Paper(100_00, "Оплата 7"), Paper(200_00, "Аренда", payer=OWN, payee="40702810455000024248",
              payee_inn="7707083893", inn="7799001016"))  # fmt: skip
    assert "₽100" in accountant.get("/staff/bank/incoming?q=2499004176").text
    assert "No such payments" in accountant.get("/staff/bank/incoming?state=applied&q=x%25_").text
    assert "₽200" in accountant.get("/staff/bank/outgoing?state=out").text
    assert "No such movements" in accountant.get("/staff/bank/outgoing?state=fee").text
    assert "kl_to_1c.txt" in accountant.get("/staff/bank/statements").text
    accountant.get("/staff/bank/lines/L-999999/", status=404)


@pytest.mark.parametrize("role", ["coordinator", "specialist"])
def test_the_bank_is_for_those_who_keep_the_books(till, desk, role):
    visitor = enter(desk.app, role)
    for path in ("/staff/bank/", "/staff/bank/upload", "/staff/bank/refunds/", "/staff/bank/tables/"):
        assert visitor.client.get(path).status_code == 403


def test_the_demonstration_has_a_statement_of_what_is_open_to_try(till, accountant):
    sure, late = till.order(), till.order(days=11)
    assert "download a statement" in accountant.get("/staff/bank/upload").text
    content = accountant.client.get("/staff/bank/sample").data
    page = chosen(accountant, content)
    assert "Load 4 documents, apply 1 payment" in page.text
    loaded(accountant, till, content)
    assert (till.state(sure), till.state(late)) == (("confirmed", "covered"), ("awaiting_payment", "open"))
    assert "already" not in chosen(accountant, accountant.client.get("/staff/bank/sample").data).title
