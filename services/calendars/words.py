"""What stands in a calendar entry: its title and its text, in the guest's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.calendars.invitation import Words
from services.core.wording import catalogue, format_both

if TYPE_CHECKING:
    from datetime import datetime

    from services.core.texts import Locale, Texts
    from services.core.vendor import VendorProfile


def for_customer(
    *,
    vendor: VendorProfile,
    service: Texts,
    specialist: str,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    url: str,
    locale: Locale,
) -> Words:
    """Write the customer's entry; `zone` is his IANA zone, `url` the page of his session."""
    gettext = catalogue(locale).gettext
    lines = [
        format_both(starts_at, ends_at, zone, vendor.zone, locale, year=True),
        gettext("Your specialist: %(name)s") % {"name": specialist} if specialist else "",
        gettext("The page of your session: %(url)s") % {"url": url},
        gettext(
            "To cancel the session, open its page: deleting this entry cancels nothing. "
            "To move it, write to us."
        ),
        gettext("We never ask for codes from text messages or for bank card details."),
    ]
    title = f"{service.of(locale)} · {vendor.name.of(locale)}"
    return Words(title, "\n".join(line for line in lines if line), url)


def for_specialist(
    *,
    vendor: VendorProfile,
    service: Texts,
    session_ref: str,
    customer: str,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    url: str,
    locale: Locale,
) -> Words:
    """Write the specialist's entry; `customer` is a company or a person, `url` the staff's page."""
    gettext = catalogue(locale).gettext
    lines = [
        format_both(starts_at, ends_at, zone, vendor.zone, locale, year=True),
        gettext("Session %(reference)s") % {"reference": session_ref},
        gettext("Customer: %(name)s") % {"name": customer},
        gettext("Everything about it: %(url)s") % {"url": url},
    ]
    return Words(f"{service.of(locale)} · {customer}", "\n".join(lines), url)
