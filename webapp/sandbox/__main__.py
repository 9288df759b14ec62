"""`python -m webapp.sandbox --port P --data DIR --webhook URL [--secret S]`: the sandbox by itself."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from pathlib import Path

from webapp.sandbox.keys import Account, keys_in
from webapp.sandbox.server import Sandbox
from webapp.sandbox.state import State


def main() -> None:
    """Serve until told to stop; keys and state live in the data folder."""
    parser = argparse.ArgumentParser(prog="python -m webapp.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--public-url", default="", help="where customers reach the sandbox")
    parser.add_argument("--data", type=Path, required=True, help="folder of keys and state")
    parser.add_argument("--webhook", default="", help="the shop's webhook address")
    parser.add_argument("--secret", default="", help="webhook secret; by default the one in the folder")
    parser.add_argument(
        "--settle-after", type=int, default=120, help="seconds until a delayed payment arrives"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="sandbox: %(message)s")
    keys = keys_in(options.data)
    account = Account(keys.account, keys.secret_key)
    state = State([account], file=options.data / "state.json", settle_after=options.settle_after)
    state.public_url = options.public_url.rstrip("/")
    sandbox = Sandbox(
        state,
        host=options.host,
        port=options.port,
        webhook_url=options.webhook,
        secret=options.secret or keys.webhook_secret,
    )
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    sandbox.start()
    stopped.wait()
    sandbox.stop()


if __name__ == "__main__":
    main()
