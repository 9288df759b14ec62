"""What a form says when a service refuses a value: by the error's code, beside its field."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from services.core.wording import format_when
from webapp.i18n import current_locale, gettext
from webapp.i18n import lazy_gettext as _l
from webapp.request import viewer_zone

if TYPE_CHECKING:
    from flask_wtf import FlaskForm

    from services.core.errors import InvalidError

_SENTENCES = {
    "inn_length": _l(
        "A tax number has 10 digits for a company and 12 for an entrepreneur. Count them, please."
    ),
    "inn_checksum": _l(
        "The check digit doesn’t fit. Look at the last digits: this happens when "
        "two neighbours have changed places."
    ),
    "inn_digits": _l("A tax number is made of digits only."),
    "inn_zeros": _l("There is no such tax number."),
    "kpp_format": _l(
        "A КПП has nine signs: four digits, two digits or capital Latin letters, three digits. "
        "Entrepreneurs have none."
    ),
    "kpp_zeros": _l("There is no such КПП."),
    "bic_digits": _l("A BIC (БИК) is made of nine digits."),
    "bic_length": _l("A BIC (БИК) has nine digits. Count them, please."),
    "bic_zeros": _l("There is no such BIC (БИК)."),
    "bic_prefix": _l("A BIC (БИК) begins with 04, that of the treasury with 00 or 01."),
    "account_digits": _l("An account in Russia is made of 20 digits."),
    "account_length": _l("An account in Russia has 20 digits. Count them, please."),
    "account_zeros": _l("There is no such account."),
    "account_checksum": _l("This account doesn’t belong to this bank: look at both numbers once more."),
    "account_format": _l("Write the number of the account with digits and Latin letters only."),
    "account_known": _l("This account is there already."),
    "iban_checksum": _l("The check digits of this IBAN don’t fit. Compare it sign by sign."),
    "swift_format": _l("A SWIFT code has 8 or 11 signs, like SABRRUMM."),
    "corr_account_digits": _l("A correspondent account is made of 20 digits."),
    "corr_account_length": _l("A correspondent account has 20 digits. Count them, please."),
    "corr_account_zeros": _l("There is no such correspondent account."),
    "corr_account_prefix": _l("A correspondent account begins with 301 and ends like its bank’s BIC."),
    "corr_account_checksum": _l("This correspondent account doesn’t belong to this bank."),
    "payer_missing": _l("The invoice can’t be made out without this."),
    "file_program": _l(
        "“%(name)s” is a program or an installer, or holds one. We don’t take "
        "those: send what it shows, not the program."
    ),
    "file_virus": _l("A virus scanner finds “%(name)s” dangerous. We don’t take it."),
    "file_empty": _l("“%(name)s” is empty."),
    "file_damaged": _l("“%(name)s” is damaged and can’t be opened. Pack it again, please."),
    "file_bomb": _l("“%(name)s” would unpack to more than we can look through. Send less of it."),
    "file_size": _l("“%(name)s” is larger than 10 MB. Send a part of it, or tell us where it is."),
    "upload_size": _l("“%(name)s” can’t be sent: a file has between one byte and 2 GB."),
    "upload_many": _l(
        "Too much has come from your network lately. Try again in an hour, or tell us where the file is."
    ),
    "upload_room": _l("We have no room for this file just now. Try again later, or tell us where it is."),
    "file_count": _l("Ten files are the most that fit here."),
    "draft_large": _l("This is more than a draft can hold. Shorten the texts, or send fewer files."),
    "draft_many": _l("Too many drafts came from your network within an hour. Try again later."),
    "consent": _l(
        "This document has a new version since you opened the page. Please read it and tick it again."
    ),
    "method": _l("This way of paying is not available here. Choose another."),
    "unpaid_addendum": _l("An invoice for further time is still unpaid. Pay it first, please."),
    "payment_order_kind": _l(
        "“%(name)s” is neither a PDF nor a picture (JPEG, PNG). Save the payment order as one of these."
    ),
    "hand_over_self": _l("This is your own address. Name somebody else."),
    "hand_over_many": _l("Enough people have been asked today. Go on tomorrow, or write to us."),
    "hand_over_open": _l("Somebody has been asked already. Withdraw that first."),
    "wish_past": _l("This date is over already. Choose today or a later one."),
    "wish_order": _l("The last date lies before the first one. Choose a later one."),
    "wish_far": _l("So far ahead no times are offered yet. Choose an earlier date."),
    "wish_many": _l(
        "This address is in line already, as often as it may be. Withdraw one of its wishes first: "
        "the letters about them lead there."
    ),
    "email_limit": _l(
        "For this address %(most)s times are kept and not paid for yet: we keep no more. Pay for one of "
        "them or let it go; else you can go on here from %(until)s. If they are not yours, write to us."
    ),
    "company_limit": _l(
        "For this company %(most)s times are kept and not paid for yet: we keep no more. Pay for one of "
        "them or let it go; else you can go on here from %(until)s. If they are not yours, write to us."
    ),
    "statement_empty": _l("The file is empty. Take the statement out of the bank’s program once more."),
    "statement_size": _l("The file is larger than 16 MB. Ask the bank for a shorter period."),
    "statement_format": _l(
        "This is no statement that we can read. Take it out of the bank’s program as 1C "
        "(kl_to_1c.txt), camt.053, MT940 or a table (CSV)."
    ),
    "statement_encoding": _l(
        "Line %(line)s: this is no text in UTF-8, Windows-1251 or DOS-866, or the file lacks what each "
        "statement of its kind has."
    ),
    "statement_truncated": _l(
        "The file breaks off at line %(line)s. Nothing of it was taken: fetch it again."
    ),
    "statement_order": _l(
        "Line %(line)s stands where it can’t stand: a part before it is missing or not closed."
    ),
    "statement_trailing": _l(
        "Line %(line)s follows the end of the statement. Nothing of the file was taken."
    ),
    "statement_missing": _l(
        "Line %(line)s: “%(key)s” is missing here, and without it the statement can’t be trusted."
    ),
    "statement_repeated": _l("Line %(line)s: “%(key)s” stands here a second time, with another value."),
    "statement_date": _l("Line %(line)s: “%(value)s” is no date."),
    "statement_amount": _l("Line %(line)s: “%(value)s” is no amount."),
    "statement_currency": _l("Line %(line)s: “%(value)s” is no currency."),
    "statement_account": _l("The table doesn’t say whose account it is. Name the account in its mapping."),
    "statement_xml": _l("The XML is broken or holds what it may not, near line %(line)s."),
    "statement_tag": _l("Line %(line)s: “%(value)s” is not what MT940 has in this place."),
    "statement_mapping": _l("Line %(line)s: the column “%(column)s” of the mapping isn’t there."),
    "statement_mapping_wanted": _l("This is a table. Choose or describe which column means what first."),
    "month_open": _l("This month isn’t over yet where the seller is. Take it away when it is."),
    "period_order": _l("The period ends before it begins."),
    "period_long": _l("Ten years are the longest period."),
    "message_empty": _l("Write something, or send a file."),
    "message_long": _l(
        "This is longer than a message can be: %(most)s signs. Shorten it, or send it as a file."
    ),
    "items_none": _l("Choose at least one thing to ask for."),
    "items_unknown": _l("The regulation of this request doesn’t name this. Choose from the list."),
    "mention_why": _l(
        "The paid session is only mentioned when the customer can’t collect the data, or has asked."
    ),
    "merge_self": _l("A request can’t be merged with itself."),
    "merge_strangers": _l("These requests are of different customers: they can’t become one."),
    "grade": _l("Choose one of the three answers."),
    "no_seller": _l("We don’t sell to this country yet. Write to us, please."),
}


def sentence_of(error: InvalidError) -> str:
    """What to tell the visitor about `error`."""
    sentence = _SENTENCES.get(error.code)
    if sentence is None:
        return gettext("This value doesn’t fit here.")
    words = str(sentence)
    return words % {name: _said(fact) for name, fact in error.facts.items()} if "%(" in words else words


def _said(fact: object) -> object:
    return format_when(fact, None, viewer_zone(), current_locale()) if isinstance(fact, datetime) else fact


def attach(form: FlaskForm, error: InvalidError) -> None:
    """Put the sentence for `error` beside the field it belongs to, or on top of the form."""
    sentence = sentence_of(error)
    field = getattr(form, error.field, None) if error.field else None
    if field is None:
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]
