"""A whole installation for the browser: web, worker and payment sandbox over a demo database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.core.settings import CoreSettings
from tests.fakes.mail_server import free_port
from tests.fakes.post_office import PostOffice, open_post_office
from webapp import supervisor
from webapp.children import Children
from webapp.demo.sign_ins import SignIn
from webapp.settings import load_settings
from webapp.supervisor import Place


@dataclass(frozen=True)
class Site:
    """A running installation."""

    url: str
    """Without a slash at the end."""
    database_url: str
    post_office: PostOffice
    sign_ins: tuple[SignIn, ...]
    core: CoreSettings

    def sign_in(self, role: str) -> tuple[str, str]:
        """Address and password of the first of the staff with `role`."""
        found = next(one for one in self.sign_ins if role in one.roles)
        return found.email, found.password


@contextmanager
def open_site(database_url: str, folder: Path) -> Iterator[Site]:
    """Fill and serve the migrated database at `database_url`; mails go to a real SMTP server."""
    port = free_port()
    place = Place(
        host="127.0.0.1",
        port=port,
        sandbox_port=free_port(),
        data=folder,
        # A host name, because passkeys need one.
        public_url=f"http://localhost:{port}",
    )
    with open_post_office() as post_office:
        environment = os.environ | {"DATABASE_URL": database_url, "SMTP_URL": post_office.url}
        settings = supervisor.settings_of(place, environment)
        sign_ins = supervisor.load_demo(settings)
        with Children(settings) as started:
            supervisor.start_all(place, started)
            yield Site(
                place.public_url, database_url, post_office, tuple(sign_ins), load_settings(settings).core
            )
