"""The whole free flow over HTTP in a process where nothing of money can be imported.

Run as a module by a test, which gives it the address of a demo's database in the environment:
form, receipt, queue, pick, question, reply, answer, solution, mark and the public figures.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

WORDS = ("billing", "services.contracts", "stripe")
AT = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
QUEUE = "/staff/requests/"
EMAIL, PASSWORD = "desk@d.example", "north-wind-seven"
ASKED = {
    "subject": "Не приходят остатки",
    "of_project": "Кедр-Торг",
    "of_module": "Заявки",
    "of_modules": "Заявки",
    "of_steps": "Открыть список",
    "of_description": "С пятницы остатки за среду.",
    "impact": "hampered",
    "employees": "6",
    "name": "Ольга Мельникова",
    "email": "olga@kedr.example",
    "company": "ООО «Кедр-Опт»",
}


class Wall:
    """Finder that lets nothing of money in."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise ImportError for a package of money, or a module within one."""
        del path, target
        if any(name == one or name.startswith(f"{one}.") for one in WORDS):
            raise ImportError(name)


class Story:
    """One request from its form to the figures of its month; each step says what it has seen."""

    def __init__(self) -> None:
        from tests.pages import Visitor
        from webapp.app import create_app
        from webapp.settings import load_settings

        self.at = AT
        self.app: Flask = create_app(load_settings(), clock=lambda: self.at)
        self.author, self.staff = Visitor(self.app), Visitor(self.app, "en")

    def hire(self) -> None:
        """Let a specialist sign in."""
        from services import people
        from webapp.auth import commands, passwords

        with self.app.extensions["priyom.database"].app_sessions.begin() as db:
            person = people.add_person(db, name="Desk", email=EMAIL, locale="en", zone="Asia/Omsk")
            member = people.hire(db, person=person, actor="system", now=self.at)
            commands.create_staff_user(
                db, staff_member=member, password=PASSWORD, roles=["specialist"],
                cost=passwords.TEST_COST, now=self.at,
            )  # fmt: skip
        self.staff.submit(self.staff.get("/sign-in"), email=EMAIL, password=PASSWORD)

    def ask(self) -> None:
        """Send the form: a number and the link of its page come back."""
        form = self.author.get("/support/aceteam")
        known = {str(tag["name"]) for tag in form.all("form#request [name]")}
        sent = self.author.submit(
            form, form="form#request", **{name: value for name, value in ASKED.items() if name in known}
        )
        self.page = sent.link("К странице обращения")
        self.number = self.page.split("/r/")[1].split("/")[0]
        self.page = self.page[self.page.index("/r/") :]
        assert self.number in sent.title

    def mails(self) -> str:
        """Events of the mails about the request, in their order."""
        from sqlalchemy import select

        from services.core.mail.models import OutboxMail

        with self.app.extensions["priyom.database"].app_sessions() as db:
            found = db.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
            return " ".join(
                one.event for one in found if f"№ {self.number}" in one.subject.replace("\u00a0", " ")
            )

    def act(self, verb: str, **fields: str) -> None:
        """Send one of the forms of staff beside the request."""
        self.at += timedelta(minutes=10)
        page = self.staff.get(QUEUE + self.number)
        self.staff.submit(page, form=f'main form[action="{QUEUE}{self.number}/{verb}"]', **fields)

    def title(self) -> str:
        """The heading of the author's page."""
        return self.author.get(self.page).title.split(":")[0]

    def write(self) -> None:
        """Answer as the author."""
        self.at += timedelta(minutes=10)
        self.author.submit(self.author.get(self.page), form="#reply", body="Вот база.")


def tell() -> None:
    """Work a request from its form to the figures, printing what is seen at each step."""
    story = Story()
    story.hire()
    story.ask()
    print("receipt:", story.mails())
    queue = story.staff.get(QUEUE)
    print(
        "queue:",
        [tag.get_text(strip=True) for tag in queue.all("tbody td:first-child")] == [f"№ {story.number}"],
    )
    taken = story.staff.submit(queue, form=f'main form[action="{QUEUE}next"]')
    print("picked:", f"№ {story.number}" in taken.title)
    story.act("ask", **{"ask-item_database": "y", "ask-detail_database": "за пятницу"})
    print("asked:", story.title())
    story.write()
    print("replied:", story.title())
    story.act("answer", kind="answer", body="Повторили у себя.")
    story.act("answer", kind="solution", body="Обновите до 4.13.")
    print("resolved:", story.title())
    rated = story.author.submit(story.author.get(story.page), form=".grades", button="helped")
    print("rated:", "помогло" in rated.text)
    print("mails:", story.mails())
    figures = story.author.get("/support/statistics?month=2026-11").text
    print("figures:", figures.count("1 из 1"))


if __name__ == "__main__":
    sys.meta_path.insert(0, Wall())
    tell()
    met = [name for name in sys.modules if any(name == one or name.startswith(f"{one}.") for one in WORDS)]
    assert not met, met
