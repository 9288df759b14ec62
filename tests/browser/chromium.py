"""Where Chromium is; run as a module, it installs one where it may, or says what to do."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "The browser tests need Chromium: install it with your system's packages "
    "(on Debian and Ubuntu: sudo apt-get install chromium), or name one in CHROMIUM=/path/to/it."
)


def find() -> str | None:
    """Find Chromium: named in CHROMIUM, or on the path."""
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ((named,) if named else NAMES))
    return next((path for path in found if path), None)


def install() -> None:
    """Install Debian's Chromium, as root."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("→ Installing Chromium for the browser tests (once)", flush=True)
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(
            ["apt-get", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def main() -> int:
    if find():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            install()
        except subprocess.CalledProcessError as error:
            print(f"{error}\n{ADVICE}", file=sys.stderr)
            return 1
    if find():
        return 0
    print(ADVICE, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
