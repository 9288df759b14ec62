"""The hosted page: what a customer sees between our «pay» and our «thank you»."""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import TYPE_CHECKING

from babel.numbers import format_currency, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from webapp.sandbox import outcomes
from webapp.sandbox.errors import ApiError

if TYPE_CHECKING:
    from webapp.sandbox.state import State, Thing

_ROOT = Path(__file__).parents[2]
_TRANSLATIONS = _ROOT / "webapp" / "translations"
CSS = Path(__file__).with_name("static") / "pay.css"
FONTS = {f"/fonts/{file.name}": file for file in (_ROOT / "webapp/static/fonts").glob("*.woff2")}
_ACTS = {"pay": outcomes.pay, "decline": outcomes.decline, "later": outcomes.pay_later}


def _environment() -> Environment:
    loader = FileSystemLoader(_ROOT / "templates" / "sandbox")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )


def render(state: State, reference: str, *, declined: bool = False) -> tuple[int, str]:
    """Return status and HTML of a page; an unknown one is a 404 page."""
    thing = state.things["checkout.session"].get(reference)
    environment = _environment()
    locale = "ru" if thing is not None and thing["locale"] == "ru" else "en"
    texts = gettext.translation("messages", _TRANSLATIONS, [locale], fallback=True)
    environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
    if thing is None:
        return 404, environment.get_template("missing.html").render(locale=locale)
    html = environment.get_template("pay.html").render(
        locale=locale,
        checkout=thing,
        lines=[_shown(line, locale) for line in state.line_items[reference]],
        total=_money(thing["amount_total"], thing["currency"], locale),
        back=thing["cancel_url"] or thing["success_url"],
        onward=success_url(thing),
        delayed="sepa_debit" in thing["payment_method_types"],
        declined=declined,
    )
    return (422 if declined else 200), html


def act(state: State, reference: str, verb: str) -> str | None:
    """Do what a button says; return where to send the customer, or None to show the page again."""
    thing = state.things["checkout.session"].get(reference)
    if thing is None or verb not in _ACTS:
        raise ApiError(404, "No such page.")
    outcomes.run_due(state)
    if thing["status"] != "open":
        return None
    _ACTS[verb](state, thing)
    state.save()
    return None if verb == "decline" else success_url(thing)


def success_url(thing: Thing) -> str:
    """Return the shop's address for after the payment, with the session's id filled in."""
    return str(thing["success_url"]).replace("{CHECKOUT_SESSION_ID}", thing["id"])


def _shown(line: Thing, locale: str) -> Thing:
    return {
        "name": line["description"],
        "quantity": line["quantity"],
        "amount": _money(line["amount_total"], line["currency"], locale),
    }


def _money(minor: int, currency: str, locale: str) -> str:
    code = currency.upper()
    digits = get_currency_precision(code)
    pattern = None if minor % 10**digits else ("#,##0\u00a0\u00a4" if locale == "ru" else "\u00a4#,##0")
    # Division is exact enough: only this page shows it, and amounts stay far under 2^53.
    return format_currency(minor / 10**digits, code, pattern, locale=locale, currency_digits=pattern is None)
