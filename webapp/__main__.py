"""`python -m webapp …`: everything an installation is told to do by hand."""

import os
import sys

import click

from webapp.settings import SettingsError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Priyom: orders of remote sessions, individual contracts, free support by regulation."""


@main.command()
def run() -> None:
    """Serve a demonstration: database, web, worker and payment sandbox, until Ctrl-C."""
    from webapp.supervisor import run as supervise

    sys.exit(supervise())


@main.command()
@click.option("--processes", default=2, show_default=True, help="Processes of the web server.")
@click.option("--threads", default=4, show_default=True, help="Threads of each.")
def serve(processes: int, threads: int) -> None:
    """Serve the web on HOST and PORT."""
    from webapp.children import web
    from webapp.settings import load_settings

    load_settings()  # to refuse before anything starts
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    arguments = web(host, port, processes=processes, threads=threads)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - it becomes the web server


@main.command()
def worker() -> None:
    """Do the jobs: mails, polling of payments, lapsed holds."""
    from webapp.worker import main as work

    sys.exit(work())


@main.command()
def migrate() -> None:
    """Bring the database at DATABASE_OWNER_URL to this release."""
    from webapp.database import migrate as bring_up_to_date

    url = os.environ.get("DATABASE_OWNER_URL")
    if not url:
        raise SettingsError(["DATABASE_OWNER_URL: not set; it names the role that owns the database."])
    bring_up_to_date(url)


@main.command()
@click.option("--database", default="priyom", show_default=True)
@click.option("--passwords/--no-passwords", default=True, help="Also ask for the roles' passwords.")
def roles(database: str, *, passwords: bool) -> None:
    """Print the SQL that an administrator of the server runs once with psql."""
    from services.core.roles import password_script, script

    print(script(database) + (password_script() if passwords else ""), end="")


@main.command()
@click.argument("name")
def key(name: str) -> None:
    """Print a new key under NAME, to stand first in PRIYOM_KEYS."""
    from services.core.crypto import KeyRing

    print(KeyRing.generate_text(name))


@main.command("create-admin")
@click.option("--name", prompt=True, help="The administrator's name.")
@click.option("--email", prompt=True, help="The address to sign in with.")
@click.option("--zone", default="Europe/Moscow", show_default=True, help="Time zone, its IANA name.")
@click.option("--locale", type=click.Choice(["ru", "en"]), default="ru", show_default=True)
@click.password_option(help="At least 10 characters; asked for when it is not given.")
def create_admin(**facts: str) -> None:
    """Let a first administrator sign in; everything else is set in the staff area."""
    from datetime import UTC, datetime

    from services.core.db import make_engine, make_sessions
    from webapp.auth.first import add_administrator
    from webapp.settings import load_settings

    settings = load_settings()
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        with make_sessions(engine, settings.core).begin() as db:
            add_administrator(db, **facts, now=datetime.now(UTC))
    except ValueError as error:
        sys.exit(str(error))
    finally:
        engine.dispose()
    print(f"{facts['email']} can sign in.")


if __name__ == "__main__":
    try:
        main(prog_name="python -m webapp")
    except SettingsError as error:
        sys.exit(f"Priyom can't start with these settings:\n{error}")
