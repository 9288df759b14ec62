"""A real SMTP server on loopback that keeps what it receives."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Condition
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


class PostOffice:
    """What has arrived, in order."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.url = ""
        self._arrived = Condition()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        letter = cast("EmailMessage", message_from_bytes(content, policy=policy.default))
        with self._arrived:
            self.letters.append((list(envelope.rcpt_tos), letter))
            self._arrived.notify_all()
        return "250 kept"

    def wait_for(self, address: str, *, number: int = 1, seconds: float = 30) -> list[EmailMessage]:
        """All letters to `address`, once at least `number` have come."""

        def found() -> list[EmailMessage]:
            return [letter for receivers, letter in self.letters if address in receivers]

        with self._arrived:
            came = self._arrived.wait_for(lambda: len(found()) >= number, timeout=seconds)
            seen = [receivers for receivers, _ in self.letters]
        assert came, f"{len(found())} of {number} letters to {address} came; all went to {seen}"
        return found()


def free_port() -> int:
    """A port of loopback that nobody has at this moment."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return cast("int", tried.getsockname()[1])


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    """Receive letters at `.url` until the end of the block."""
    office = PostOffice()
    port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    office.url = f"smtp://127.0.0.1:{port}"
    try:
        yield office
    finally:
        controller.stop()
