"""A real SMTP server on loopback that remembers what it took (aiosmtpd)."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Box:
    """A server's memory: what it took, and whom it refuses."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.says_to: dict[str, str] = {}
        self.says_to_data = "250 2.0.0 taken as 42"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.says_to.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        return self.says_to_data


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def smtp_server(box: Box) -> Iterator[str]:
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), decode_data=False)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
