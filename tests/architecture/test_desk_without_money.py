"""The staff area of the free side, and its whole flow, work where nothing of money can be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DESK = """
import sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'billing', 'stripe'} or name.startswith('services.contracts'):
            raise ImportError(name)
sys.meta_path.insert(0, Wall())
import re
from datetime import UTC, datetime
from services import people
from webapp.app import create_app
from webapp.auth import commands, passwords
from webapp.settings import load_settings

app = create_app(load_settings())
now = datetime.now(UTC)
with app.extensions['priyom.database'].app_sessions.begin() as db:
    for role in ('administrator', 'accountant'):
        person = people.add_person(db, name=role, email=f'{role}@d.example', locale='en', zone='Asia/Omsk')
        member = people.hire(db, person=person, actor='system', now=now)
        commands.create_staff_user(
            db, staff_member=member, password='north-wind-seven', roles=[role],
            cost=passwords.TEST_COST, now=now)
for role in ('administrator', 'accountant'):
    client = app.test_client()
    token = re.search('name="csrf_token"[^>]*value="([^"]+)"', client.get('/sign-in').text)[1]
    client.post('/sign-in', data={'csrf_token': token, 'email': f'{role}@d.example',
                                  'password': 'north-wind-seven'})
    print(role, client.get('/staff/', follow_redirects=True).status_code)
    if role == 'administrator':
        for path in sys.argv[1:]:
            print(path, client.get(path).status_code)
assert 'billing' not in sys.modules and 'stripe' not in sys.modules
"""
PAGES = (
    "/staff/today",
    "/staff/week",
    "/staff/hours/",
    "/staff/letters",
    "/staff/jobs",
    "/staff/audit",
    "/staff/catalogue/",
    "/staff/documents",
    "/staff/people/",
    "/staff/vendor",
    "/staff/settings/",
    "/staff/keys",
    "/staff/articles/",
    "/support/articles?q=stock+tablets",
    "/support/articles/aceteam-project-code",
)


def test_the_desk_works_with_billing_contracts_and_stripe_unimportable(demo, tmp_path):
    environment = os.environ | {
        "PRIYOM_DATA": str(tmp_path),
        "DATABASE_URL": demo.url,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", DESK, *PAGES],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == [
        "administrator 200",
        *(f"{path} 200" for path in PAGES),
        "accountant 200",
    ]


def test_a_request_goes_from_form_to_figures_with_nothing_of_money_importable(demo, tmp_path):
    environment = os.environ | {
        "PRIYOM_DATA": str(tmp_path),
        "DATABASE_URL": demo.url,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.without_money"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == [
        "receipt: support_receipt",
        "queue: True",
        "picked: True",
        "asked: Ждём от вас",
        "replied: Ищем решение",
        "resolved: Решение готово",
        "rated: True",
        "mails: support_receipt support_asked support_answer support_resolved",
        "figures: 3",
    ]
