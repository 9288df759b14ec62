"""Handing a letter to the mail server; no transaction is open meanwhile (RFC 5321, RFC 3207)."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from services.core.mail.letter import wire_address
from services.core.wording import N_

if TYPE_CHECKING:
    from services.core.mail.letter import Letter
    from services.core.settings import CoreSettings

# Answers of our own, in place of a server's: pages translate them.
KEPT = N_("kept in the demonstration's mailbox")
NO_SERVER = N_("no mail server is configured")
OWN_ANSWERS = frozenset({KEPT, NO_SERVER})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PATIENCE = 20
_PERMANENT = 500
_LONGEST_ANSWER = 500


@dataclass(frozen=True)
class Answer:
    """What became of a letter: `sent`, to be tried `later`, or `refused`; with the server's words."""

    outcome: Literal["sent", "later", "refused"]
    text: str


def hand_over(core: CoreSettings, letter: Letter) -> Answer:
    """Give the letter to the server of `smtp_url`; never raises for what a server or network does.

    In the demonstration mail leaves only for addresses under `.example`, whatever is configured.
    """
    if core.is_demo and not (core.smtp_url and _reserved(letter.to.email)):
        return Answer("sent", KEPT)
    if not core.smtp_url:
        return Answer("later", NO_SERVER)
    try:
        with _connect(core.smtp_url) as server:
            return _speak(server, core.mail_from, letter)
    except smtplib.SMTPResponseException as error:
        return _refusal(error.smtp_code, error.smtp_error)
    except smtplib.SMTPException as error:
        return Answer("later", _short(str(error)))
    except OSError as error:
        return Answer("later", _short(f"{type(error).__name__}: {error}"))


def _reserved(email: str) -> bool:
    domain = email.rpartition("@")[2].lower()
    return domain == "example" or domain.endswith(".example")


def _connect(url: str) -> smtplib.SMTP:
    """Open smtp://user:password@host:port (with STARTTLS where offered) or smtps://…."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        trust = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=_PATIENCE, context=trust)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=_PATIENCE)
    try:
        server.ehlo()
        hidden = parts.scheme == "smtps" or host in _LOOPBACK
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            hidden = True
        if parts.username:
            _sign_in(server, parts.username, parts.password or "", hidden=hidden)
    except BaseException:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, name: str, password: str, *, hidden: bool) -> None:
    if not hidden:
        raise smtplib.SMTPException("the server offers no encryption: the password stays here")
    server.login(unquote(name), unquote(password))


def _speak(server: smtplib.SMTP, sender: str, letter: Letter) -> Answer:
    try:
        to, message = wire_address(letter.to.email), letter.to_bytes()
    except UnicodeError:
        return Answer("refused", "the address is not written as mail servers write addresses")
    for code, said in (server.mail(sender), server.rcpt(to)):
        if code >= 400:
            return _refusal(code, said)
    code, said = server.data(message)
    if code >= 400:
        return _refusal(code, said)
    # What the server answered to the letter counts; its goodbye does not.
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    return Answer("sent", _short(f"{code} {said.decode('utf-8', 'replace')}"))


def _refusal(code: int, said: bytes | str) -> Answer:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    outcome: Literal["later", "refused"] = "refused" if code >= _PERMANENT else "later"
    return Answer(outcome, _short(f"{code} {words}"))


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_ANSWER]
