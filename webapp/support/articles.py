"""The knowledge base: articles by product, a search that works without a script, and «this helped»."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, session, url_for

from services import catalogue
from services.core.errors import NotFoundError
from services.support import articles
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.inputs import tidy_line
from webapp.request import db, vendor_date
from webapp.security import public
from webapp.support.blueprint import blueprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from services.catalogue.models import Product
    from services.support.articles import Found

_PAGE = 20
_OF_EACH = 8
_SUGGESTED = 3
_HELPED = "helped"
_ASKING = "ask"
"""Where somebody comes from who was about to write."""


@blueprint.get("/articles")
@public
def knowledge() -> ResponseReturnValue:
    """What is written: by product, of one product page by page, or what a search finds."""
    product = _asked_product()
    words = tidy_line(request.args.get("q")) or ""
    return render_template(
        "support/articles.html",
        products=catalogue.list_products(db(), fields=False),
        product=product,
        words=words,
        found=_search(words, product, _PAGE) if words else None,
        **({} if words else _listed(product)),
    )


@blueprint.get("/articles/<slug>")
@public
def article(slug: str) -> ResponseReturnValue:
    """One article."""
    entry = articles.get_article(db(), slug=slug, published_only=True)
    told = slug in _helped_today()
    return render_template("support/article.html", article=entry, told=told, asking=_is_asking())


@blueprint.post("/articles/<slug>/helped")
@public
def helped(slug: str) -> ResponseReturnValue:
    """Count that it helped, once a browser and day; who was about to write has nothing more to do."""
    entry = articles.get_article(db(), slug=slug, published_only=True)
    today = _helped_today()
    if slug not in today:
        articles.count_help(db(), article=entry)
        session[_HELPED] = {"on": vendor_date().isoformat(), "slugs": [*today, slug][-50:]}
    said = _("Thank you, this helps us to write better.")
    if _is_asking():
        said = _("We are glad that it helped. Nothing was sent; what you had typed is removed in two weeks.")
    flash(said, "ok")
    return redirect(url_for("support.article", slug=slug), 303)


@blueprint.get("/suggest")
@public
def suggest() -> ResponseReturnValue:
    """A part of a page: articles that may answer a subject while it is typed; empty when there are none."""
    product = _asked_product()
    words = tidy_line(request.args.get("q")) or ""
    found = _search(words, product, _SUGGESTED) if len(words) >= 3 else []
    return render_template("support/_suggested.html", found=found)


def _asked_product() -> Product | None:
    slug = request.args.get("product", "")
    return catalogue.get_product(db(), slug=slug) if slug else None


def _search(words: str, product: Product | None, limit: int) -> Sequence[Found]:
    product_id = product.id if product else None
    return articles.search_articles(
        db(), words=words, product_id=product_id, locale=current_locale(), limit=limit
    )


def _listed(product: Product | None) -> dict[str, object]:
    """A page of one product's articles, or the first ones of each product and those about all."""
    if product is None:
        known = [*catalogue.list_products(db(), fields=False), None]
        first = [(one, articles.list_articles(db(), product=one, limit=_OF_EACH + 1)) for one in known]
        return {"shelves": first, "of_each": _OF_EACH}
    last = max(1, -(-articles.count_articles(db(), product=product) // _PAGE))
    at = min(_page_number(), last)
    rows = articles.list_articles(db(), product=product, limit=_PAGE, offset=(at - 1) * _PAGE)
    return {"rows": rows, "at": at, "last": last}


def _page_number() -> int:
    asked = request.args.get("page", "")
    if not asked:
        return 1
    if not (asked.isdecimal() and asked.isascii() and len(asked) < 7 and int(asked)):
        raise NotFoundError(kind="page")
    return int(asked)


def _is_asking() -> bool:
    return request.values.get("from") == _ASKING


def _helped_today() -> list[str]:
    kept = session.get(_HELPED)
    if not isinstance(kept, dict) or kept.get("on") != vendor_date().isoformat():
        return []
    return [str(slug) for slug in kept["slugs"]]
