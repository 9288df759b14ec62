"""Rules of the house that no linter knows: read from the code, not from memory."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.security import access_of

ROOT = Path(__file__).parents[2]
EDGES_BELOW = {
    # The two named exceptions: an attempt is frozen before the provider is called, and
    # what must outlive a refusal has a transaction of its own.
    "services/core/db.py",
    "billing/payments/attempts.py",
    "billing/payments/lapsing.py",
    "billing/payments/ordering.py",
    "billing/payments/syncing.py",
    "billing/refunds/syncing.py",
    "billing/inbox/commands.py",
    "billing/bank/taking.py",
    "billing/receipts/register.py",
}


def sources(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func


def test_only_edges_commit():
    guilty = [
        f"{name}:{node.lineno}"
        for name, tree in sources("services", "billing")
        for node, func in calls(tree)
        if (func.attr == "commit" and not (isinstance(func.value, ast.Name) and func.value.id == "savepoint"))
        or (func.attr == "begin" and name not in EDGES_BELOW)
    ]
    assert not [where for where in guilty if where.split(":")[0] not in EDGES_BELOW], guilty


def test_no_text_to_be_translated_stands_within_an_f_string():
    # What collects the texts doesn't look there: the catalogue would lose them.
    guilty = [
        f"{name}:{node.lineno}"
        for name, tree in sources("services", "billing", "webapp")
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "_l", "N_", "ngettext"}
    ]
    assert not guilty


def test_no_clock_is_read_below_the_edge():
    reading = {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("date", "today"),
        ("time", "time"),
        ("time", "monotonic"),
    }
    # One waits for a server, the other asks how long a connection has rested: no business time.
    allowed = {"services/core/embedded.py", "services/core/db.py"}
    guilty = [
        f"{name}:{node.lineno}"
        for name, tree in sources("services", "billing")
        if name not in allowed
        for node, func in calls(tree)
        if isinstance(func.value, ast.Name) and (func.value.id, func.attr) in reading
    ]
    assert not guilty


def test_every_endpoint_says_who_may_call_it(app):
    undeclared = [rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None]
    assert not undeclared


def test_staff_pages_are_for_staff_and_nothing_else_is_under_their_address(app):
    wrong = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if (access is not None and access.kind == "staff") != rule.rule.startswith("/staff"):
            wrong.append(rule.rule)
    assert not wrong


FREE_TEMPLATES = ("pages", "support", "layouts", "components")
PAID_TEMPLATES = re.compile(r"""["'](booking|prices|contracts|staff/money)/""")


def test_no_template_of_the_free_flow_uses_one_of_the_paid_flow():
    guilty = [
        path.relative_to(ROOT).as_posix()
        for folder in FREE_TEMPLATES
        for path in (ROOT / "templates" / folder).rglob("*.html")
        if PAID_TEMPLATES.search(path.read_text("utf-8"))
    ]
    assert not guilty


WITHOUT_MONEY = """
import sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'billing', 'stripe'} or name.startswith('services.contracts'):
            raise ImportError(name)
sys.meta_path.insert(0, Wall())
from webapp.app import create_app
from webapp.settings import load_settings
app = create_app(load_settings())
client = app.test_client()
for path in sys.argv[1:]:
    answer = client.get(path)
    print(path, answer.status_code)
    # The frequent questions alone may speak of what is paid.
    if path not in {'/health', '/faq'}:
        for word in ('₽', '€', 'НДС', '/services'):
            assert word not in answer.text, (path, word)
assert 'billing' not in sys.modules and 'stripe' not in sys.modules
"""
FREE_PAGES = (
    "/",
    "/faq",
    "/regulation",
    "/documents",
    "/documents/privacy",
    "/support/",
    "/support/napoleon",
    "/support/aceteam",
    "/support/acepacer",
    "/support/acepacer/letter",
    "/support/no-answer",
    "/health",
)


def test_the_free_flow_is_served_with_billing_contracts_and_stripe_unimportable(demo, tmp_path):
    environment = os.environ | {
        "PRIYOM_DATA": str(tmp_path),
        "DATABASE_URL": demo.url,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_MONEY, *FREE_PAGES],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == [f"{path} 200" for path in FREE_PAGES]


@pytest.mark.parametrize("path", [p for p in FREE_PAGES if p != "/health"])
def test_free_pages_work_under_the_role_that_knows_no_money(visitor, app, demo, path):
    seen = []

    @app.after_request
    def note(response):
        from sqlalchemy import text

        from webapp.request import db

        seen.append(db().scalar(text("SELECT current_user")))
        return response

    visitor.get(path)
    assert seen[-1] == "priyom_free"
