"""A whole order over HTTP: hold, details, documents, payment at the sandbox, the booked session."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from tests.load.clients import Answer, Client, fresh_address, path_of
from tests.load.workload import SLUG
from tests.pages import fields_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

BOOK = f"/book/{SLUG}"


class WrongAnswerError(Exception):
    """An answer that makes every figure beside it worthless."""


@dataclass
class Counter:
    """A browser that has looked at the times once and now takes one after another.

    It forgets the cookie that would name it: each hold is that of somebody new, from an address of
    his own, so that the limits on unpaid holds are met by keeping them.
    """

    port: int

    def __post_init__(self) -> None:
        self.client = Client(self.port)
        self.token = self.client.get(BOOK).token()
        self.client.keeps = False

    def hold(self, start: datetime) -> Answer:
        self.client.address = fresh_address()
        return self.client.post(BOOK, {"csrf_token": self.token, "start": start.isoformat()})


def filled(body: bytes, form: str, **answers: str) -> dict[str, str]:
    """The fields of a page's form as a browser would send them, with `answers` laid over."""
    tag = BeautifulSoup(body, "html5lib").select(form)[0]
    return {name: value for name, value in fields_of(tag).items() if isinstance(value, str)} | answers


def order(
    port: int,
    start: datetime,
    *,
    email: str,
    step: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> str:
    """Order and pay a session as a browser does; gives the path of its page.

    `step(name)` surrounds every request to us.
    """
    client = Client(port, address=fresh_address())
    with step("page of times"):
        times = client.get(BOOK)
    with step("hold"):
        answer = client.post(BOOK, {"csrf_token": times.token(), "start": start.isoformat()})
    details = _target(answer, 303)
    with step("page of details"):
        page = client.get(details)
    fields = filled(page.body, "main form[method=post]", name="Ольга Мельникова", email=email)
    with step("details"):
        answer = client.post(details, fields)
    review = _target(answer, 303)
    with step("page of the review"):
        page = client.get(review)
    fields = filled(page.body, "main form[method=post]", offer="y", consent_services="y")
    with step("submit"):
        answer = client.post(review, fields)
    with step("to the payment"):
        answer = client.post(_target(answer, 307), fields)
    back = pay(answer.headers["Location"])
    with step("return"):
        answer = client.get(back)
    session = _target(answer, 302, 303)
    with step("page of the session"):
        page = client.get(session)
    client.close()
    if page.status != 200 or "/s/" not in session:
        raise WrongAnswerError(f"the order ended at {session} with {page.status}")
    return session


def pay(url: str) -> str:
    """Press «pay» on the sandbox's page; gives the path that it leads back to."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", parts.path, b"act=pay", headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 303:
        raise WrongAnswerError(f"the sandbox answered {answer.status} for {url}")
    return path_of(answer.headers["Location"])


def _target(answer: Answer, *statuses: int) -> str:
    if answer.status not in statuses:
        raise WrongAnswerError(f"{answer.status} instead of {statuses}: {answer.body[:400]!r}")
    return path_of(answer.headers["Location"])
