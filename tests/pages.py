"""A visitor who inspects every page he gets, and fills in forms as a browser would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

_LEFTOVERS = re.compile(r"%\(\w+\)|\{\{|\}\}|\bUndefined\b|\bNone\b|<[\w.]+ object at")


class UglyPageError(AssertionError):
    """A page breaks a rule that all pages keep."""


@dataclass
class Page:
    """One answer, parsed; `response` is Flask's."""

    path: str
    response: TestResponse
    soup: BeautifulSoup

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def title(self) -> str:
        heading = self.soup.find("h1")
        return words(heading) if heading else ""

    @property
    def text(self) -> str:
        main = self.soup.find("main")
        return words(main or self.soup)

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))

    def one(self, selector: str) -> Tag:
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} times {selector!r} on {self.path}"
        return found[0]

    def errors(self) -> list[str]:
        """What the form says is wrong, beside its fields."""
        return [words(tag) for tag in self.all(".field__error")]

    def summary(self) -> list[str]:
        """What the summary on top says."""
        return [words(tag) for tag in self.all(".errors li")]

    def link(self, text: str) -> str:
        """The address behind the link with these words."""
        for tag in self.all("a[href]"):
            if text in words(tag):
                return str(tag["href"])
        raise AssertionError(f"no link {text!r} on {self.path}")


def words(tag: Tag | BeautifulSoup) -> str:
    """The visible text with every run of blanks as one blank."""
    return " ".join(tag.get_text(" ").replace("\u00a0", " ").split())


@dataclass
class Visitor:
    """One browser without JavaScript; `checks` may be switched off for machine answers."""

    app: Flask
    language: str = "ru"
    address: str = "203.0.113.7"
    checks: bool = True
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.set_cookie("locale", self.language)

    def get(self, path: str, *, status: int = 200, follow: bool = True) -> Page:
        """Open a page; redirects are followed, each of them a page of ours."""
        return self._page(path, self.client.get(path, **self._environ()), status, follow=follow)

    def post(self, path: str, data: dict[str, Any], *, status: int = 200, follow: bool = True) -> Page:
        """Send fields as they are (`submit` is what a person does)."""
        answer = self.client.post(path, data=data, **self._environ())
        return self._page(path, answer, status, follow=follow)

    def submit(
        self,
        page: Page,
        /,
        *,
        form: str = "main form[method=post]",
        status: int = 200,
        button: str | None = None,
        follow: bool = True,
        **values: Any,
    ) -> Page:
        """Fill the first form that matches `form` and send it with all that it holds."""
        tag = page.all(form)[0]
        data = fields_of(tag)
        unknown = set(values) - {str(t["name"]) for t in tag.select("[name]")}
        assert not unknown, f"the form on {page.path} has no fields {unknown}"
        for name, value in values.items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value
        if button:
            named = f'button[name][value="{button}"]'
            # A button may stand elsewhere and name its form.
            outside = page.soup.select_one(f'{named}[form="{tag.get("id", "")}"]')
            pressed = tag.select_one(named) or outside
            assert pressed is not None
            data[str(pressed["name"])] = button
        action = urljoin(page.path, str(tag.get("action") or ""))
        return self.post(action, data, status=status, follow=follow)

    def _environ(self) -> dict[str, Any]:
        return {"environ_base": {"REMOTE_ADDR": self.address}, "headers": {"User-Agent": "Visitor/1.0"}}

    def _page(self, path: str, answer: TestResponse, status: int, *, follow: bool) -> Page:
        hops = 0
        while follow and answer.status_code in {301, 302, 303, 307, 308}:
            target = urlsplit(urljoin(path, answer.headers["Location"]))
            if target.netloc not in {"", "localhost", "localhost:8000"}:
                break
            path = target.path + (f"?{target.query}" if target.query else "")
            again = answer.status_code in {307, 308} and answer.request.method == "POST"
            body = dict(answer.request.form) if again else None
            answer = (
                self.client.post(path, data=body, **self._environ())
                if again
                else self.client.get(path, **self._environ())
            )
            hops += 1
            assert hops < 6, f"{path} leads in a circle"
        page = Page(path, answer, BeautifulSoup(answer.text, "html5lib"))
        expected = status if answer.status_code not in {301, 302, 303} else answer.status_code
        assert answer.status_code == expected, (
            f"{path}: {answer.status_code} instead of {status}: {page.title} | {page.text[:600]}"
        )
        if self.checks and answer.mimetype == "text/html" and answer.data:
            inspect(page)
        return page


def fields_of(form: Tag) -> dict[str, Any]:
    """What a browser would send of an untouched form."""
    data: dict[str, Any] = {}
    for tag in form.select("input[name], textarea[name], select[name]"):
        value = None if tag.has_attr("disabled") else _value_of(tag)
        if value is None:
            continue
        name = str(tag["name"])
        if tag.get("type") == "checkbox" and name in data:
            earlier = data[name] if isinstance(data[name], list) else [data[name]]
            data[name] = [*earlier, value]
        else:
            data[name] = value
    return data


def _value_of(tag: Tag) -> str | None:
    """What a browser would send for one field, or None if it sends nothing."""
    if tag.name == "textarea":
        return tag.get_text()
    if tag.name == "select":
        options = tag.select("option")
        chosen = [o for o in options if o.has_attr("selected")] or options[:1]
        return str(chosen[0].get("value", chosen[0].get_text())) if chosen else None
    if tag.get("type") in {"radio", "checkbox"}:
        return str(tag.get("value", "on")) if tag.has_attr("checked") else None
    return None if tag.get("type") in {"submit", "file", "image"} else str(tag.get("value", ""))


def inspect(page: Page) -> None:
    """Raise UglyPageError if the page breaks a rule that every page keeps."""
    problems = [*_frame(page), *_hygiene(page), *_forms(page)]
    if problems:
        raise UglyPageError(f"{page.path}: " + "; ".join(problems))


def _frame(page: Page) -> list[str]:
    problems = []
    html = page.soup.find("html")
    if not isinstance(html, Tag) or html.get("lang") not in {"ru", "en"}:
        problems.append("no language")
    if len(page.all("h1")) != 1:
        problems.append(f"{len(page.all('h1'))} h1")
    if not page.soup.title or not words(page.soup.title):
        problems.append("no title")
    if len(page.all("main#main")) != 1:
        problems.append("no main")
    ids = [str(tag["id"]) for tag in page.all("[id]")]
    doubled = {one for one in ids if ids.count(one) > 1}
    if doubled:
        problems.append(f"ids twice: {sorted(doubled)}")
    return problems


def _hygiene(page: Page) -> list[str]:
    problems = []
    if page.all("[style]"):
        problems.append(f"style attribute on {page.all('[style]')[0].name}")
    if page.all("style"):
        problems.append("a style element")
    problems += [f"script on the page itself: {tag}" for tag in page.all("script") if not tag.get("src")]
    for tag in page.all("[src], link[href]"):
        address = str(tag.get("src") or tag.get("href"))
        if urlsplit(address).netloc:
            problems.append(f"foreign asset {address}")
    handlers = [a for tag in page.all("*") for a in tag.attrs if a.startswith("on")]
    if handlers:
        problems.append(f"inline handlers {handlers}")
    problems += [
        "a new tab without noopener"
        for target in page.all('a[target="_blank"]')
        if "noopener" not in (target.get("rel") or [])
    ]
    return [*problems, *_leftovers(page)]


def _leftovers(page: Page) -> list[str]:
    found = _LEFTOVERS.search(page.soup.get_text(" "))
    return [f"leftover {found.group()!r}"] if found else []


def _forms(page: Page) -> list[str]:
    return [*_fields(page), *_posts(page), *_targets(page)]


def _fields(page: Page) -> list[str]:
    problems = []
    labelled = {str(tag["for"]) for tag in page.all("label[for]")}
    for tag in page.all("input, select, textarea"):
        if tag.get("type") in {"hidden", "submit", "button"}:
            continue
        spoken = tag.get("aria-label") or tag.get("aria-labelledby")
        if not (tag.get("id") in labelled or tag.find_parent("label") is not None or spoken):
            problems.append(f"unlabelled {tag.get('name')}")
        if tag.has_attr("placeholder"):
            problems.append(f"placeholder in {tag.get('name')}")
    return problems


def _posts(page: Page) -> list[str]:
    return [
        f"no CSRF token in the form to {form.get('action')}"
        for form in page.all("form")
        if str(form.get("method", "get")).lower() == "post"
        # Nothing changes there but preferences.
        and not str(form.get("action") or "").startswith(("/language", "/zone"))
        and not form.select("[name=csrf_token]")
    ]


def _targets(page: Page) -> list[str]:
    described = {i for tag in page.all("[aria-describedby]") for i in str(tag["aria-describedby"]).split()}
    ids = {str(tag["id"]) for tag in page.all("[id]")}
    lost = {str(link["href"])[1:] for link in page.all('a[href^="#"]')} - ids
    problems = [f"link to nowhere #{target}" for target in sorted(lost)]
    if described - ids:
        problems.append(f"described by nothing: {sorted(described - ids)}")
    return problems
