"""The jobs of issued documents: the PDF, and the mail that waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import invoices
from webapp.jobs.bench import AGAIN

if TYPE_CHECKING:
    from procrastinate import App

    from webapp.jobs.bench import Bench


def add_document_jobs(app: App, bench: Bench) -> None:
    """Register what follows from issuing a document."""

    @app.task(name="set_document_pdf", queue="paid", retry=AGAIN)
    def set_document_pdf(document_id: int) -> None:
        with bench.transaction() as db:
            invoices.set_and_mail(db, document_id=document_id, now=bench.clock())
