"""Rules of the house that no linter knows: read from the code, not from memory."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, meta

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


FREE_TEMPLATES = (
    "pages/**/*",
    "support/**/*",
    "staff/support/**/*",
    "layouts/*",
    "emails/support*/*",
    "emails/support*.*",
    "emails/contact_*/*",
)
# What they may be built of, besides each other; the components of the shop are named.
SHARED_TEMPLATES = re.compile(
    r"(components/(?!price|hold|ladder|slots)|emails/(base|parts)\.|staff/_(desk|fields|filters)\.)"
)


def foreign_parts(templates):
    """Parts that a template of the free flow takes from elsewhere, directly or by a part of its own."""
    names = {
        path.relative_to(templates).as_posix() for glob in FREE_TEMPLATES for path in templates.glob(glob)
    }
    free, seen = {name for name in names if name.endswith((".html", ".txt"))}, set()
    assert len(free) > 60, "the free flow's templates stand elsewhere now"
    waiting = set(free)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        tree = Environment(autoescape=True).parse((templates / name).read_text("utf-8"))
        for part in meta.find_referenced_templates(tree):
            # A part that is chosen while serving could be any.
            if part is None or not (part in free or SHARED_TEMPLATES.match(part)):
                yield name, part
            elif part not in seen:
                waiting.add(part)


def test_no_template_of_the_free_flow_uses_one_of_the_paid_flow(tmp_path):
    assert not list(foreign_parts(ROOT / "templates"))
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    for name, line in (
        ("support/how.html", '{% include "prices/services.html" %}'),
        ("components/tag.html", '{% from "components/price.html" import price %}'),
        ("emails/support_receipt/body.txt", "{% include chosen %}"),
    ):
        with (tmp_path / "templates" / name).open("a", encoding="utf-8") as template:
            template.write(line)
    assert set(foreign_parts(tmp_path / "templates")) == {
        ("support/how.html", "prices/services.html"),
        ("components/tag.html", "components/price.html"),
        ("emails/support_receipt/body.txt", None),
    }


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
