"""The mail server of a whole site: one that can be waited for."""

from __future__ import annotations

from contextlib import contextmanager
from email import message_from_bytes, policy
from threading import Condition
from typing import TYPE_CHECKING, cast

from aiosmtpd.controller import Controller

from tests.fakes.mail_server import Box, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session


class PostOffice(Box):
    """What has arrived, in order, and a way to wait for more."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self._arrived = Condition()

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        with self._arrived:
            self._arrived.notify_all()
        return answer

    def letters_to(self, address: str) -> list[EmailMessage]:
        """What has come for `address` so far."""
        contents = [envelope.content for envelope in self.taken if address in envelope.rcpt_tos]
        return [
            cast("EmailMessage", message_from_bytes(content, policy=policy.default))
            for content in contents
            if isinstance(content, bytes)
        ]

    def wait_for(
        self, address: str, *, holding: str = "text/plain", number: int = 1, seconds: float = 30
    ) -> list[EmailMessage]:
        """Letters to `address` with a part of type `holding`, once at least `number` have come."""

        def found() -> list[EmailMessage]:
            return [letter for letter in self.letters_to(address) if part_of(letter, holding) is not None]

        with self._arrived:
            came = self._arrived.wait_for(lambda: len(found()) >= number, timeout=seconds)
        others = [envelope.rcpt_tos for envelope in self.taken]
        assert came, f"{len(found())} of {number} letters to {address} came; all went to {others}"
        return found()


def part_of(letter: EmailMessage, content_type: str) -> EmailMessage | None:
    """The first part of that type."""
    return next((part for part in letter.walk() if part.get_content_type() == content_type), None)


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    """Receive letters at `.url` until the end of the block."""
    office = PostOffice()
    port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=port, decode_data=False)
    controller.start()
    office.url = f"smtp://127.0.0.1:{port}"
    try:
        yield office
    finally:
        controller.stop()
