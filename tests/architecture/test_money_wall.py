"""The wall between free support and money: imports, rights, keys, and what the queue asks for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from services.support import queue, requests
from services.support.requests.models import Request
from tests.support_stories import received, somebody_of_staff

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cluster import Database

ROOT = Path(__file__).parents[2]
QUEUE_TABLES = {"support.request", "catalogue.product", "people.staff_member", "people.person"}
FAVOURS = re.compile(
    r"priorit|vip|paid|price|premium|rank|weight|score|tier|plan_|payer|contract|order|invoice|money|amount"
)


def tables_named(query: object) -> set[str]:
    """The tables that a statement reads, as it is sent."""
    return set(re.findall(r"(?:FROM|JOIN)\s+(\w+\.\w+)", str(query)))


def strange_tables(query: object) -> set[str]:
    """Those that are no business of the queue's."""
    return tables_named(query) - QUEUE_TABLES


def contract_first(*, limit: int, after: int = 0) -> Any:
    """A planted fault: whoever asked for a contract stands first."""
    del after
    return text(
        """
        SELECT request.id, request.number, request.subject, product.name, request.class_code,
            request.regulation_id, request.received_at, request.due_at, request.assignee_id, NULL
        FROM support.request JOIN catalogue.product ON product.id = request.product_id
        JOIN people.person ON person.id = request.author_id
        LEFT JOIN contracts.enquiry ON enquiry.email = person.email
        WHERE request.state = 'open'
        ORDER BY enquiry.id, request.due_at, request.received_at, request.number LIMIT """
        + str(limit)
    )


def test_the_queue_reads_its_own_tables_and_a_contract_in_it_is_seen() -> None:
    assert tables_named(queue.queue_query(limit=1)) == QUEUE_TABLES
    assert strange_tables(queue.queue_query(limit=1)) == set()
    assert strange_tables(contract_first(limit=1)) == {"contracts.enquiry"}


_FAVOURED = """
    SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'support'
"""
_MONEY_KEYS = """
    SELECT conname FROM pg_constraint
    JOIN pg_class one ON one.oid = conrelid JOIN pg_namespace mine ON mine.oid = one.relnamespace
    JOIN pg_class other ON other.oid = confrelid JOIN pg_namespace theirs ON theirs.oid = other.relnamespace
    WHERE contype = 'f' AND mine.nspname = 'support' AND theirs.nspname IN ('billing', 'contracts')
"""
_MONEY_RIGHTS = """
    SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IN ('billing', 'contracts') AND relkind IN ('r', 'v', 'm', 'p') AND (
        has_table_privilege('priyom_free', pg_class.oid, 'SELECT, INSERT, UPDATE, DELETE')
        OR has_any_column_privilege('priyom_free', pg_class.oid, 'SELECT, INSERT, UPDATE'))
"""


def test_the_database_knows_no_way_from_a_request_to_money(database: Database) -> None:
    with psycopg.connect(database.owner_url) as owner:
        columns = [row[0] for row in owner.execute(_FAVOURED)]
        assert "request.due_at" in columns
        assert [name for name in columns if FAVOURS.search(name.partition(".")[2])] == []
        assert owner.execute(_MONEY_KEYS).fetchall() == []
        assert owner.execute(_MONEY_RIGHTS).fetchall() == []
        # What is looked for is found where it is.
        owner.execute("ALTER TABLE support.request ADD COLUMN enquiry_id bigint REFERENCES contracts.enquiry")
        owner.execute("GRANT SELECT ON contracts.enquiry TO priyom_free")
        assert owner.execute(_MONEY_KEYS).fetchall() == [("request_enquiry_id_fkey",)]
        assert owner.execute(_MONEY_RIGHTS).fetchall() == [("contracts.enquiry",)]
        owner.rollback()


def test_support_that_reads_money_is_refused_by_the_database(demo: Database, now: datetime) -> None:
    with demo.free_sessions() as db:
        received(db, now)
        db.commit()
        for table in ("billing.order", "billing.payment", "contracts.enquiry"):
            schema, name = table.split(".")
            with pytest.raises(ProgrammingError, match="permission denied"):
                db.execute(text(f'SELECT 1 FROM {schema}."{name}"'))
            db.rollback()
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.execute(contract_first(limit=5))


IMPORTS = {
    "services/support/queue/order.py": "from services.contracts import queries as bought\n",
    "services/support/contacts/companies.py": "from billing import orders\n",
    "webapp/staff/support/queue.py": "import billing.payments\n",
    "webapp/support/follow/page.py": "from webapp.booking import views\n",
    "webapp/jobs/support.py": "from services import contracts\n",
}


def test_support_that_imports_money_breaks_a_contract(tmp_path: Path) -> None:
    """On a copy of the code, with a line added to five of its files."""
    for package in ("billing", "services", "webapp"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=lambda _, names: [n for n in names if _idle(n)]
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, line in IMPORTS.items():
        file = tmp_path / name
        file.write_text(file.read_text("utf-8") + "\n" + line, "utf-8")
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run(
        [linter, "--no-logo", "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert "The free side of the web and its jobs know nothing of the paid one BROKEN" in found.stdout
    for name in IMPORTS:
        module = name.removesuffix(".py").replace("/", ".")
        assert re.search(
            rf"{re.escape(module)} -> (billing|services\.contracts|webapp\.booking)", found.stdout
        )


def _idle(name: str) -> bool:
    return name == "__pycache__" or name.endswith((".mo", ".po"))


def test_a_pause_by_bare_status_is_refused(demo: Database, now: datetime) -> None:
    with demo.free_sessions() as db:
        request, staff = received(db, now), somebody_of_staff(db)
        number = request.number
        db.commit()
        request.state, request.due_at = "waiting", None
        with pytest.raises(DBAPIError, match="against its information request"):
            db.commit()
        db.rollback()
        requests.note_event(db, request=request, kind="asked", at=now, actor="person", now=now)
        with pytest.raises(DBAPIError, match="wait for nothing"):
            db.commit()
        db.rollback()
        items = [{"code": "steps", "detail": ""}]
        requests.ask_information(db, request=request, staff=staff, items=items, body="", now=now)
        db.commit()
        request.state = "open"
        with pytest.raises(DBAPIError, match="against its information request"):
            db.commit()
        db.rollback()
        assert db.scalars(select(Request.state).where(Request.number == number)).one() == "waiting"


def test_a_bare_status_put_in_behind_the_walls_is_named_at_night(demo: Database, now: datetime) -> None:
    with demo.free_sessions() as db:
        number = received(db, now).number
        received(db, now)
        db.commit()
    with psycopg.connect(demo.owner_url) as owner:
        owner.execute("ALTER TABLE support.request DISABLE TRIGGER no_bare_pause")
        owner.execute(
            "UPDATE support.request SET state = 'waiting', due_at = NULL WHERE number = %s", [number]
        )
        owner.execute("ALTER TABLE support.request ENABLE TRIGGER no_bare_pause")
    with demo.free_sessions() as db:
        made = requests.begin_refold(db, now=now)
        assert requests.go_round(db, round_id=made.id, after=0, now=now) is None
        assert (made.seen, made.broken) == (2, [number])
        db.commit()
