"""The page of a free request: what it says in each state, what it takes, what it refuses."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import update

from services.core.files import StoredFile, Upload
from services.core.links import secret_path
from services.support import requests
from tests.support_stories import arrived, asking, author, received, somebody_of_staff

HOUR = timedelta(hours=1)
NEEDED = [{"code": "database", "detail": "с планшета на 4.12"}]


@pytest.fixture
def story(app, demo, clock):
    """Work at a request in a transaction of its own; the clock of the site goes along."""
    del app

    class Story:
        def __init__(self):
            with demo.free_sessions.begin() as db:
                self.number = received(db, clock()).number
                self.path = self.of(db, self.number)

        def of(self, db, number):
            found = requests.get_request(db, number=number)
            return secret_path(db.info["core"], "r", found.reference, found.link_version)

        def tell(self, verb, after=HOUR, **facts):
            clock.at += after
            with demo.free_sessions.begin() as db:
                found = requests.get_request(db, number=self.number)
                staff = somebody_of_staff(db)
                return verb(db, request=found, staff=staff, now=clock(), **facts)

        def ask(self):
            self.tell(requests.ask_information, items=NEEDED, body="Пришлите базу, пожалуйста.")

        def solve(self, *, plan=False):
            self.tell(requests.resolve, body="Обновите до 4.13.", plan=plan)

        def state(self):
            with demo.free_sessions() as db:
                return requests.get_request(db, number=self.number).state

    return Story()


def test_a_request_is_followed_from_waiting_to_solved_rated_and_opened_again(visit, story, clock):
    visitor = visit()
    page = visitor.get(story.path)
    assert page.title == "Читаем ваше обращение"
    assert "Ход наш" in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.response.headers["X-Robots-Tag"]
    story.ask()
    page = visitor.get(story.path)
    assert page.title.startswith("Ждём от вас:")
    assert "с планшета на 4.12" in page.text
    assert "часы стоят" in page.text.lower()
    assert "Only" not in page.text
    page = visitor.submit(page, form="#reply", body="", status=422)
    assert page.errors()
    clock.at += 2 * HOUR
    sent = {"body": "Вот база", "csrf_token": page.one("#reply [name=csrf_token]")["value"]}
    sent["files"] = (io.BytesIO(b"SQLite format 3\0 base"), "база.ndb")
    page = visitor.post(story.path + "/write", sent)
    assert story.state() == "open"
    assert page.title == "Ищем решение"
    link = next(tag["href"] for tag in page.all("a[download]"))
    answer = visitor.client.get(link)
    assert answer.data == b"SQLite format 3\0 base"
    # Letters that a header can't hold make the web server answer nothing at all.
    named = "attachment; filename*=UTF-8''%D0%B1%D0%B0%D0%B7%D0%B0.ndb"
    assert answer.headers["Content-Disposition"] == named
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/octet-stream"
    story.solve()
    page = visitor.get(story.path)
    assert page.title == "Решение готово"
    page = visitor.submit(page, form=".grades", button="partly")
    assert "помогло отчасти" in page.text
    # A second press, from a page that was left open, changes nothing.
    token = page.one("#reply [name=csrf_token]")["value"]
    page = visitor.post(story.path + "/rate", {"grade": "helped", "csrf_token": token})
    assert "помогло отчасти" in page.text
    visitor.post(story.path + "/write", {"body": "Спасибо", "csrf_token": token})
    assert story.state() == "resolved"
    page = visitor.submit(visitor.get(story.path), form="#reply", body="На двух нет")
    assert (story.state(), page.title) == ("open", "Ищем решение")


def test_each_state_has_its_words_in_both_languages(visit, story, demo, clock):
    with demo.free_sessions.begin() as db:
        held = requests.write_down(db, asked=asking(db, author(db)), actor="customer", now=clock())
        paths = [story.of(db, held.number)]
        dropped = requests.write_down(db, asked=asking(db, author(db)), actor="customer", now=clock())
        requests.drop(db, request=dropped, actor="customer", now=clock())
        twin, staff = received(db, clock() + HOUR), somebody_of_staff(db)
        first = requests.get_request(db, number=story.number)
        requests.merge(db, request=twin, into=first, staff=staff, now=clock() + HOUR)
        paths += [story.of(db, dropped.number), story.of(db, twin.number)]
    for language, titles in (
        ("ru", ("Решает контактное лицо", "не отправило", "в другом обращении")),
        ("en", ("contact person decides", "did not send it on", "in another request")),
    ):
        visitor = visit(language)
        pages = [visitor.get(path) for path in paths]
        for page, title in zip(pages, titles, strict=True):
            assert title in page.title
        assert not pages[1].all("#reply")
        assert not pages[2].all("#reply")
        assert pages[2].all(f'a[href="{story.path}"]')
    # Long after the end it becomes a new request, once, however often the form is sent.
    story.solve(plan=True)
    clock.at += timedelta(days=40)
    visitor = visit("en")
    page = visitor.get(story.path)
    assert "new request" in page.text
    new = visitor.submit(page, form="#reply", body="Again")
    again = visitor.submit(page, form="#reply", body="Again")
    assert new.path == again.path != story.path
    assert f"No. {story.number}" in new.text


def test_what_was_closed_for_silence_opens_with_what_is_written_and_later_in_a_new_one(
    visit, story, demo, clock
):
    def close():
        story.ask()
        clock.at += timedelta(days=60)
        with demo.free_sessions.begin() as db:
            assert requests.close_silent(db, now=clock()) == 1

    close()
    visitor = visit("en")
    page = visitor.get(story.path)
    assert "it is open again" in page.one("#body-why").get_text()
    page = visitor.submit(page, form="#reply", body="Here")
    assert (story.state(), page.path) == ("open", story.path)
    assert "is open again" in page.text
    close()
    clock.at += timedelta(days=60)
    page = visitor.get(story.path)
    assert "becomes a new request" in page.one(".status__now").get_text()
    # As many as the form itself takes for one address.
    paths = {visitor.submit(page, form="#reply", body="Here").path for _ in range(10)}
    assert len(paths) == 1
    assert story.path not in paths
    page = visitor.submit(page, form="#reply", body="Here", status=429)
    assert page.one("#body").get_text().strip() == "Here"


def test_who_cannot_collect_says_so_and_may_decline_the_paid_session(visit, story):
    visitor = visit()
    story.ask()
    page = visitor.get(story.path)
    token = page.one("#reply [name=csrf_token]")["value"]
    page = visitor.post(story.path + "/cannot", {"body": "", "csrf_token": token})
    assert story.state() == "open"
    assert "Не могу собрать данные" in page.text
    page = visitor.post(story.path + "/cannot", {"body": "", "csrf_token": token}, status=409)
    story.tell(requests.mention_session, why="cannot_collect")
    page = visitor.get(story.path)
    assert "₽" not in page.text
    page = visitor.submit(page, form="form[action$=decline]")
    assert not page.all("form[action$=decline]")
    assert story.state() == "open"


def test_what_is_foreign_broken_or_too_much_is_refused(visit, story, demo, clock):
    visitor = visit()
    story.ask()
    number, token = story.path.split("/")[2:]
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    for path in (
        f"/r/{number}/{wrong}", f"/r/0{number}/{token}", f"/r/{int(number) + 1}/{token}",
        f"/r/{'9' * 30}/{token}", f"/r/x/{token}", f"/r/１/{token}",
    ):  # fmt: skip
        visitor.get(path, status=404)
    page = visitor.get(story.path)
    csrf = page.one("#reply [name=csrf_token]")["value"]
    page = visitor.post(story.path + "/write", {"body": "x" * 20_001, "csrf_token": csrf}, status=422)
    assert page.errors()
    visitor.post(story.path + "/write", {"body": "hi"}, status=400)
    with demo.free_sessions.begin() as db:
        other = received(db, clock(), author(db, "Пётр", "petr@bereg.example"))
        upload, key = arrived(db, clock())
        said = requests.customer_writes(
            db, request=other, person=other.author, body="Моё", uploads=[upload], now=clock()
        )
        reference = upload.reference
        hold, held_key = arrived(db, clock(), name="locked.zip")
        foreign, theirs = story.of(db, other.number), said.subject_ref
    # A file that belongs to another request: neither handed out here, nor claimed again.
    visitor.get(f"{story.path}/files/{reference}", status=404)
    visitor.get(f"{story.path}/files/{'0' * 32}", status=404)
    assert visitor.client.get(f"{foreign}/files/{reference}").status_code == 200
    visitor.post(story.path + "/write", {"body": "", "upload": key, "csrf_token": csrf}, status=422)
    visitor.post(story.path + "/write", {"body": "", "upload": "x.y", "csrf_token": csrf}, status=422)
    assert story.state() == "waiting"
    # NUL and other signs that nobody types are taken out.
    visitor.post(story.path + "/write", {"body": "a\0b\x07", "upload": held_key, "csrf_token": csrf})
    with demo.app_sessions.begin() as db:
        found = requests.get_request(db, number=story.number)
        last = requests.list_messages(db, request=found)[-1]
        assert (last.body, last.subject_ref != theirs) == ("ab", True)
        db.execute(
            update(StoredFile).where(StoredFile.reference == hold.reference).values(verdict="quarantined")
        )
        db.execute(
            update(Upload)
            .where(Upload.reference == hold.reference)
            .values(state="quarantined", verdict={"reason": "password"})
        )
    page = visitor.get(story.path)
    assert "паролем" in page.text
    assert not page.all("a[download]")
    visitor.get(f"{story.path}/files/{hold.reference}", status=404)
    # Raising the version revokes the link.
    with demo.app_sessions.begin() as db:
        requests.get_request(db, number=story.number).link_version = 2
    visitor.get(story.path, status=404)
