"""Who may call which endpoint (nobody, unless it is declared), and the headers of answers.

A view declares its rule by one of the decorators; endpoints of libraries are declared by
name. An undeclared endpoint answers 403, and a test finds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from flask import abort, current_app, g, redirect, request, url_for
from werkzeug.routing import IntegerConverter

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response
    from werkzeug.routing import Map
    from werkzeug.wrappers import Response as Answer

Kind = Literal["public", "secret_link", "machine", "signed_in", "staff"]
View = TypeVar("View", bound="Callable[..., object]")
ROLES = ("administrator", "coordinator", "specialist", "accountant")
FILES = "files"
"""The name under which forms send files, and how names begin where a form has several such fields."""
_HSTS_SECONDS = 31_536_000


@dataclass(frozen=True)
class Access:
    """The rule of one endpoint; `roles` count for staff only (any of them; none named: all)."""

    kind: Kind
    roles: tuple[str, ...] = ()


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


public = _declare(Access("public"))
"""Anybody may look; says nothing of anyone."""
secret_link = _declare(Access("secret_link"))
"""Whoever holds the link; the view itself checks the token. Not indexed, no referrer."""
machine = _declare(Access("machine"))
"""Other programs, with a signature or nothing to hide; no cookies, no CSRF token."""
signed_in = _declare(Access("signed_in"))
"""Anybody with an account."""


def staff(*roles: str) -> Callable[[View], View]:
    """The vendor's people with any of `roles`; without one named, all of them."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        message = f"no such role: {unknown}"
        raise ValueError(message)
    return _declare(Access("staff", roles))


def declare_endpoint(app: Flask, endpoint: str, access: Access) -> None:
    """Declare the rule of a library's endpoint."""
    app.extensions.setdefault("priyom.access", {})[endpoint] = access


def access_of(app: Flask, endpoint: str) -> Access | None:
    """The declared rule of `endpoint`, if there is one."""
    named = cast("dict[str, Access]", app.extensions.get("priyom.access", {}))
    return named.get(endpoint) or getattr(app.view_functions.get(endpoint), "access", None)


class RowNumber(IntegerConverter):
    """`<int:…>` in addresses: any larger number can't be in the database, so there is no such page."""

    def __init__(self, url_map: Map, *, max: int = 2**63 - 1, **options: Any) -> None:  # noqa: A002
        """Take werkzeug's options, with the largest number that a key can be."""
        super().__init__(url_map, max=max, **options)


def _refuse_nul() -> None:
    """Answer 400 to an address with NUL in it: no text of ours holds one, and PostgreSQL takes none."""
    if "\0" in request.path or any("\0" in value for _name, value in request.args.items(multi=True)):
        abort(400)


def _refuse_strange_files() -> None:
    """Answer 400 to files that no form of ours asks for: its text fields would meet no text."""
    if request.mimetype == "multipart/form-data":
        strange = [name for name in request.files if name != FILES and not name.startswith(f"{FILES}_")]
        if strange:
            abort(400)


def _guard() -> Answer | None:
    if request.endpoint is None:
        return None  # no such page: Flask answers 404
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(403)
    g.access = access
    if access.kind in {"signed_in", "staff"}:
        return _guard_account(access)
    return None


def _guard_account(access: Access) -> Answer | None:
    from webapp.auth.accounts import signed_in_user  # noqa: PLC0415  it imports this module

    user = signed_in_user()
    if user is None:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if access.kind == "staff":
        held = {role.name for role in user.roles}
        if not held & set(access.roles or ROLES):
            abort(403)
    return None


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; "
        "script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'"
        f"{_form_targets()}; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'",
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    private = getattr(g.get("access"), "kind", "") in {"secret_link", "signed_in", "staff"}
    headers.setdefault("Referrer-Policy", "no-referrer" if private else "same-origin")
    if private:
        headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={_HSTS_SECONDS}")
    return response


def _form_targets() -> str:
    """Where a form may end up after a redirect: the payment provider's page."""
    allowed = cast("tuple[str, ...]", current_app.config.get("PAY_PAGE_ORIGINS", ()))
    return "".join(f" {origin}" for origin in allowed)


def init_security(app: Flask) -> None:
    """Guard every endpoint of `app` and set the headers of every answer."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_refuse_nul)
    app.before_request(_guard)
    app.before_request(_refuse_strange_files)
    app.after_request(_headers)
