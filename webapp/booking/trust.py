"""Asking for a confirmation before the money, on the order's own pages: the payment order is attached.

The order's page includes `booking/_payment_order.html` with what `trust_facts` gives; a file that is
refused comes back on a page of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField

from billing import orders, trust
from services import sessions
from services.core import files
from services.core.db import core_of
from services.core.errors import InvalidError, NotFoundError
from services.core.links import secret_path
from webapp.booking.access import order_by_link
from webapp.booking.blueprint import blueprint
from webapp.booking.standing import elsewhere, order_facts
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import secret_link
from webapp.wrongs import attach

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order
    from billing.trust.models import TrustRequest
    from services.core.files import StoredFile


class PaymentOrderForm(FlaskForm):
    """One file: the payment order with the bank's mark."""

    files = MultipleFileField(_l("Payment order"))

    @property
    def upload(self) -> FileStorage | None:
        """What was sent, if anything was."""
        sent = (one for one in self.files.data or [] if isinstance(one, FileStorage) and one.filename)
        return next(sent, None)


def trust_facts(order: Order) -> dict[str, Any]:
    """What the include needs: the newest request with its file, and a form where one may be sent."""
    request_ = trust.find_request(db(), order=order)
    return {
        "trust_request": request_,
        "trust_file": _file_of(order, request_),
        "may_attach": _may_attach(order),
        "attach_form": PaymentOrderForm(formdata=None),
        "attach_url": _path(order) + "/payment-order",
    }


@blueprint.get("/o/<reference>/<token>/payment-order")
@secret_link
def payment_order(reference: str, token: str) -> ResponseReturnValue:
    """The page that takes the payment order."""
    order = order_by_link(reference, token)
    if not _may_attach(order):
        return elsewhere(order)
    return _page(order, PaymentOrderForm(formdata=None))


@blueprint.post("/o/<reference>/<token>/payment-order")
@secret_link
def attach_payment_order(reference: str, token: str) -> ResponseReturnValue:
    """Take the file and keep the time until staff have looked at it."""
    order = order_by_link(reference, token, lock=True)
    if not _may_attach(order):
        return elsewhere(order)
    form = PaymentOrderForm()
    upload = form.upload
    if not form.validate() or upload is None:
        form.files.errors = [_("Choose the file with your bank’s mark: a PDF or a picture.")]
        return _page(order, form), 422
    try:
        trust.attach_payment_order(
            db(),
            order=order,
            content=upload.stream.read(files.LARGEST + 1),
            name=upload.filename or "",
            now=now(),
        )
    except InvalidError as error:
        attach(form, error)
        db().rollback()
        return _page(order_by_link(reference, token), form), 422
    except (orders.HoldOverError, trust.TooLateToAskError):
        db().rollback()
        return elsewhere(order_by_link(reference, token))
    flash(_("The payment order is here. We look at it and write to you."), "ok")
    return redirect(_path(order), 303)


def _page(order: Order, form: PaymentOrderForm) -> str:
    facts = {**trust_facts(order), "attach_form": form}
    return render_template(
        "booking/payment_order.html", form=form, back_url=_path(order), **facts, **order_facts(order)
    )


def _may_attach(order: Order) -> bool:
    takes = "payment_order" in order.seller.methods
    waits = order.state == "awaiting_payment" and order.attention is None
    return takes and waits and sessions.is_held(order.session, now=now())


def _file_of(order: Order, request_: TrustRequest | None) -> StoredFile | None:
    if request_ is None or request_.file_ref is None:
        return None
    try:
        return files.get_file(db(), reference=request_.file_ref, subject_ref=trust.subject_of(order))
    except NotFoundError:
        return None


def _path(order: Order) -> str:
    return secret_path(core_of(db()), "o", order.reference, order.link_version)
