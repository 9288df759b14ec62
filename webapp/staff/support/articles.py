"""Writing the knowledge base: preview, publishing, and what an article said before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from flask import render_template, request, url_for
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from services import catalogue
from services.core.errors import InvalidError, NotFoundError
from services.support import articles
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, page
from webapp.staff.forms import StaffForm, area, both, line, number, spread
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.catalogue.models import Product
    from services.support.articles.models import Article

blueprint = staff_blueprint("articles", __name__, "/articles")
WRITERS = ("coordinator", "administrator", "specialist")
NAV = [NavItem("staff_articles.overview", _l("Articles"), "staff", 62, roles=WRITERS)]
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ArticleForm(StaffForm):
    """An article in both languages."""

    groups: ClassVar[Any] = (
        (_l("What it says"), ("title", "body")),
        (_l("Place"), ("product", "position")),
    )

    title_ru, title_en = both(line, _l("Title"), hint=_l("In the words that customers use"))
    body_ru, body_en = both(area, _l("Text"), hint=_l("Markdown: headings with #, lists with -"))
    product = SelectField(_l("Product"), validate_choice=True)
    position = number(_l("Place in the list"), least=0, most=999)

    def offer(self) -> None:
        """Let it be about one product, or about all."""
        named = [(one.slug, one.name.of(current_locale())) for one in catalogue.list_products(db())]
        self.product.choices = [
            SelectChoice(slug, name) for slug, name in [("", _("About all products")), *named]
        ]

    def about(self) -> Product | None:
        """The product that was chosen."""
        slug = self.text("product")
        return catalogue.get_product(db(), slug=slug) if slug else None


class NewArticleForm(ArticleForm):
    """A new article also gets its name in addresses."""

    groups: ClassVar[Any] = (*ArticleForm.groups, (_l("Address"), ("slug",)))

    slug = line(
        _l("Short name in addresses"), hint=_l("Small Latin letters, figures and hyphens"), longest=60
    )

    def validate_slug(self, field: Any) -> None:
        """The shape that the database demands as well."""
        if not _SLUG.fullmatch(field.data or ""):
            raise ValidationError(_("Use small Latin letters, figures and hyphens, like remote-hour."))


@blueprint.get("/")
@staff(*WRITERS)
def overview() -> ResponseReturnValue:
    """All articles, drafts included."""
    return render_template("staff/articles.html", articles=articles.list_all_articles(db()))


@blueprint.route("/new", methods=["GET", "POST"])
@staff(*WRITERS)
def add() -> ResponseReturnValue:
    """Write a new article; it stays a draft until it is published."""
    form = NewArticleForm(data={"position": 50, "product": request.args.get("product", "")})
    form.offer()
    if form.validate_on_submit() and not _asks_preview():
        try:
            made = articles.add_article(
                db(), slug=form.text("slug"), **_written(form), actor=actor(), now=now()
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The draft is saved."), "staff_articles.edit", slug=made.slug)
    return _form_page(form, None)


@blueprint.route("/<slug>", methods=["GET", "POST"])
@staff(*WRITERS)
def edit(slug: str) -> ResponseReturnValue:
    """Change an article; a published one is read so at once."""
    entry = articles.get_article(db(), slug=slug)
    form = ArticleForm(data=_shown(entry))
    form.offer()
    if form.validate_on_submit() and not _asks_preview():
        try:
            articles.edit_article(db(), article=entry, **_written(form), actor=actor(), now=now())
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The article is saved."), "staff_articles.edit", slug=slug)
    return _form_page(form, entry)


@blueprint.post("/<slug>/publish")
@staff(*WRITERS)
def publish(slug: str) -> ResponseReturnValue:
    """Show it to customers."""
    articles.publish_article(db(), article=articles.get_article(db(), slug=slug), actor=actor(), now=now())
    return done(_("The article is published."), "staff_articles.edit", slug=slug)


@blueprint.post("/<slug>/withdraw")
@staff(*WRITERS)
def withdraw(slug: str) -> ResponseReturnValue:
    """Take it back among the drafts."""
    articles.withdraw_article(db(), article=articles.get_article(db(), slug=slug), actor=actor(), now=now())
    return done(_("The article is a draft again."), "staff_articles.edit", slug=slug)


@blueprint.get("/<slug>/history")
@blueprint.get("/<slug>/history/<int:n>")
@staff(*WRITERS)
def history(slug: str, n: int | None = None) -> ResponseReturnValue:
    """All that it has said, and one of its versions to read."""
    entry = articles.get_article(db(), slug=slug)
    versions = articles.list_article_versions(db(), article=entry)
    shown = next((one for one in versions if n in (None, one.n)), None)
    if shown is None:
        raise NotFoundError(kind="article_version")
    return render_template("staff/article_history.html", article=entry, versions=versions, shown=shown)


def _asks_preview() -> bool:
    return "preview" in request.form


def _form_page(form: ArticleForm, entry: Article | None) -> ResponseReturnValue:
    seen = form.texts("body") if request.method == "POST" and not form.errors else None
    return page(
        "staff/article_edit.html",
        form,
        article=entry,
        seen=seen,
        back=(url_for("staff_articles.overview"), _("Articles")),
    )


def _written(form: ArticleForm) -> dict[str, Any]:
    return {
        "product": form.about(),
        "title": form.texts("title"),
        "body": form.texts("body"),
        "position": form.whole("position"),
    }


def _shown(entry: Article) -> dict[str, Any]:
    return {
        **spread("title", entry.title),
        **spread("body", entry.body),
        "product": entry.product.slug if entry.product else "",
        "position": entry.position,
    }
