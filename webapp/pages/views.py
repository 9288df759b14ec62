"""The start page, the frequent questions and the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from services import catalogue, documents
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem, contribute, contributions
from webapp.pages import sales
from webapp.pages.blueprint import blueprint
from webapp.pages.regulation import find_in_force, targets_of
from webapp.request import db, vendor_date
from webapp.security import public

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from services.documents.models import Version

NAV = (
    NavItem("pages.start", _l("Help"), "top", 10),
    NavItem("pages.faq", _l("Questions"), "top", 80),
    NavItem("pages.regulation", _l("Support regulation"), "foot-support", 20),
    NavItem("pages.faq", _l("Frequent questions"), "foot-support", 30),
    NavItem("pages.document", _l("Public offer"), "foot-documents", 10, values={"kind": "offer"}),
    NavItem("pages.document", _l("Personal data"), "foot-documents", 20, values={"kind": "privacy"}),
    NavItem("pages.all_documents", _l("All documents"), "foot-documents", 30),
)
LEADS = {
    "/support": _l("How to ask for free support"),
    "/support/no-answer": _l("What to check when no answer came"),
    "/regulation": _l("Read the regulation"),
    "/services": _l("Look at the paid services"),
    "/sla": _l("Ask about an individual contract"),
    "/documents": _l("See the documents"),
}
"""How an answer's link is worded, by the path it leads to."""


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """«Having trouble?»: the knowledge bases, then three doors, the free one first."""
    return render_template(
        "pages/start.html",
        products=catalogue.list_products(db()),
        doors=contributions().doors,
        targets=targets_of(find_in_force()),
    )


@blueprint.get("/faq")
@public
def faq() -> ResponseReturnValue:
    """The frequent questions with their answers."""
    return render_template("pages/faq.html", questions=documents.list_questions(db()), leads=LEADS)


@blueprint.get("/documents")
@public
def all_documents() -> ResponseReturnValue:
    """The registry: every document with the version in force."""
    registry = [
        (document, documents.find_current(db(), kind=document.kind, on=vendor_date()))
        for document in documents.list_documents(db())
    ]
    return render_template("pages/documents.html", registry=registry, regulation=find_in_force())


@blueprint.get("/documents/<kind>")
@public
def document(kind: str) -> ResponseReturnValue:
    """A document in force."""
    return _wording(documents.get_current(db(), kind=kind, on=vendor_date()))


@blueprint.get("/documents/<kind>/<int:n>")
@public
def document_version(kind: str, n: int) -> ResponseReturnValue:
    """One version of a document: links in letters and orders name the version agreed to."""
    return _wording(documents.get_version(db(), kind=kind, n=n))


def _wording(version: Version) -> ResponseReturnValue:
    current = documents.find_current(db(), kind=version.kind, on=vendor_date())
    return render_template(
        "pages/document.html",
        version=version,
        current=current,
        versions=documents.list_versions(db(), kind=version.kind),
        today=vendor_date(),
    )


def mount(app: Flask) -> None:
    """Serve the pages and contribute their links."""
    app.register_blueprint(blueprint)
    contribute(app, (*NAV, *sales.NAV))
