"""The HTTP of the sandbox: /v1 for the client, /pay for the customer, /_control for tests."""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from webapp.sandbox import outcomes, page
from webapp.sandbox.api import Answer, Api, Call, key_of, params_of
from webapp.sandbox.controls import Controls
from webapp.sandbox.courier import Courier
from webapp.sandbox.errors import ApiError
from webapp.sandbox.faults import ANSWERS, Faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.sandbox.faults import Fault
    from webapp.sandbox.state import State, Thing

_log = logging.getLogger(__name__)
_LARGEST = 512 * 1024
# Controls bend the truth: only who is on this machine may.
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; frame-ancestors 'none'"


class Sandbox:
    """The double with its server, its courier and its clock, ready to start and stop.

    `observe` is told every request and answer of /v1; tests judge them by Stripe's specification.
    """

    def __init__(
        self, state: State, *, host: str = "127.0.0.1", port: int = 0, webhook_url: str = "", secret: str = ""
    ) -> None:
        self.state = state
        self.faults = Faults()
        self.courier = Courier(state, url=webhook_url, secret=secret)
        self.controls = Controls(state, self.courier, self.faults)
        self.api = Api(state)
        self.observe: Callable[[Call, Answer], None] = lambda _call, _answer: None
        state.on_event = self.courier.take
        self.server = _Server((host, port), _Request)
        self.server.sandbox = self
        self.url = f"http://{host}:{self.server.server_address[1]}"
        state.public_url = state.public_url or self.url

    def start(self) -> None:
        """Serve in threads until stopped."""
        self.courier.start()
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        threading.Thread(target=self._tick, name="sandbox-clock", daemon=True).start()

    def stop(self) -> None:
        """Let hanging requests go and stop serving."""
        self.faults.stopped.set()
        self.courier.stop()
        self.server.shutdown()
        self.server.server_close()

    def _tick(self) -> None:
        while not self.faults.stopped.wait(1.0):
            with self.state.lock:
                before = len(self.state.things["event"])
                outcomes.run_due(self.state)
                if len(self.state.things["event"]) != before:
                    self.state.save()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    sandbox: Sandbox

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request
        if isinstance(sys.exception(), ConnectionError):
            _log.debug("the connection from %s was cut", client_address)
        else:
            _log.exception("an answer to %s broke", client_address)


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One write an answer: with the default of many small ones every call waits 40 ms for an ACK.
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST:
            self._send(413, "{}", "application/json")
            return
        self._serve(self.rfile.read(length))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the library's signature)
        _log.debug(format, *args)

    def _serve(self, body: bytes) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/v1/"):
            self._api(path, body)
        elif path.startswith("/_control/") and self.client_address[0] in _LOOPBACK:
            self._control(path.removeprefix("/_control/"), body)
        elif path == "/pay.css":
            self._send(200, page.CSS.read_text("utf-8"), "text/css")
        elif path in page.FONTS:
            self._send(200, page.FONTS[path].read_bytes(), "font/woff2")
        elif path.startswith("/pay/"):
            self._page(path.removeprefix("/pay/"), body)
        elif path == "/health":
            self._send(200, '{"ok": true}', "application/json")
        else:
            self._send(404, "{}", "application/json")

    def _api(self, path: str, body: bytes) -> None:
        fault = self.server.sandbox.faults.next_for(f"{self.command} {path}")
        if fault is not None and fault.kind in ANSWERS:
            status, text = ANSWERS[fault.kind]
            self._send(status, text, "text/html" if status == 502 else "application/json")
            return
        if fault is not None and fault.kind == "hang":
            self._wait(fault)
            self._cut()
            return
        call = self._call(path, body)
        wait = (lambda: self._wait(fault)) if fault is not None and fault.kind == "slow" else (lambda: None)
        answer = self.server.sandbox.api.answer(call, before=wait)
        self.server.sandbox.observe(call, answer)
        if fault is not None and fault.kind == "cut":
            self._cut()
            return
        self._send(answer.status, json.dumps(answer.body), "application/json", replayed=answer.replayed)

    def _call(self, path: str, body: bytes) -> Call:
        query = body.decode() if self.command == "POST" else urlsplit(self.path).query
        return Call(
            method=self.command,
            path=path,
            params=params_of(query),
            key=key_of(self.headers.get("Authorization", "")),
            idempotency_key=self.headers.get("Idempotency-Key"),
            version=self.headers.get("Stripe-Version"),
        )

    def _wait(self, fault: Fault) -> None:
        self.server.sandbox.faults.stopped.wait(fault.seconds)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _control(self, verb: str, body: bytes) -> None:
        try:
            facts: Thing = json.loads(body or b"{}")
            answer = self.server.sandbox.controls.run(verb, facts)
            self._send(200, json.dumps(answer), "application/json")
        except ApiError as refusal:
            self._send(refusal.status, json.dumps(refusal.body()), "application/json")
        except (KeyError, TypeError, ValueError) as fault:
            self._send(400, json.dumps({"error": {"message": repr(fault)}}), "application/json")

    def _page(self, reference: str, body: bytes) -> None:
        state = self.server.sandbox.state
        declined = False
        with state.lock:
            if self.command == "POST":
                verb = parse_qs(body.decode("utf-8", "replace")).get("act", [""])[0]
                try:
                    target = page.act(state, reference, verb)
                except ApiError as refusal:
                    self._send(refusal.status, refusal.message, "text/plain")
                    return
                if target is not None:
                    self._send(303, "", "text/plain", location=target)
                    return
                declined = (
                    verb == "decline" and state.things["checkout.session"][reference]["status"] == "open"
                )
            status, html = page.render(state, reference, declined=declined)
        self._send(status, html, "text/html")

    def _send(
        self, status: int, body: str | bytes, media: str, *, location: str = "", replayed: bool = False
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", f"{media}; charset=utf-8" if isinstance(body, str) else media)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store" if media != "font/woff2" else "max-age=86400")
        if media == "text/html":
            self.send_header("Content-Security-Policy", _POLICY)
            self.send_header("Referrer-Policy", "no-referrer")
        if location:
            self.send_header("Location", location)
        if replayed:
            self.send_header("Idempotent-Replayed", "true")
        self.end_headers()
        self.wfile.write(content)
