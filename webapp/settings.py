"""Settings of the processes, read once from the environment; each is documented in operations.md.

A demonstration needs none: keys are made on the first start in the data folder. Production
refuses to start with anything missing or borrowed from the demonstration, naming each.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from services.core.crypto import KeyRing, KeyRingError
from services.core.settings import CoreSettings, Environment
from services.core.zones import find_wrong_zones

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.settings import BillingSettings

ROOT = Path(__file__).parent.parent
_DEMO_KEYS = "keys.txt"
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsError(Exception):
    """What is missing or wrong, one sentence a line, each beginning with the setting's name."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Settings:
    """Everything one process of Priyom needs to know before it can look into the database."""

    core: CoreSettings
    billing: BillingSettings | None
    """None where the package `billing` is not installed: then only the free side is served."""
    database_url: str = field(repr=False)
    trusted_proxies: int = 0
    """How many proxies stand before the web server and set X-Forwarded-*."""
    pool_size: int = 8
    prepare_after: int = 0
    """How often a connection uses a statement before it keeps it prepared; 0 is never."""
    password_cost: Mapping[str, int] | None = None
    """Cheaper password hashing, for tests only."""


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingsError that names every problem at once.

    So every process refuses to start with zone data that are damaged: it would sell wrong hours.
    """
    check_zones()
    env = os.environ if environ is None else environ
    name = env.get("PRIYOM_ENV", "demo")
    if name == "demo":
        return _demo(env)
    if name == "production":
        return _production(env)
    raise SettingsError([f"PRIYOM_ENV: {name!r} is neither demo nor production."])


def check_zones() -> None:
    """Raise SettingsError for zones that are missing or wrong, naming each."""
    if problems := find_wrong_zones():
        raise SettingsError(problems)


def _demo(env: Mapping[str, str]) -> Settings:
    data = Path(env.get("PRIYOM_DATA", "var")).resolve()
    url = env.get("DATABASE_URL")
    if not url:
        raise SettingsError(["DATABASE_URL: not set; `make run` starts a database and sets it."])
    if "_live_" in env.get("STRIPE_SECRET_KEY", ""):
        raise SettingsError(["STRIPE_SECRET_KEY: a demonstration must not take real money."])
    return _settings(
        env,
        environment="demo",
        data=data,
        database_url=url,
        keys=KeyRing.from_text(env.get("PRIYOM_KEYS") or _demo_keys(data)),
        public_url=env.get("PUBLIC_URL", "http://127.0.0.1:8000"),
        mail_from=env.get("MAIL_FROM", "support@priyom.example"),
    )


def _demo_keys(data: Path) -> str:
    """The demonstration's own keys, made on the first start."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / _DEMO_KEYS
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(KeyRing.generate_text("demo"))
    except FileExistsError:
        pass
    return path.read_text("ascii").strip()


def _production(env: Mapping[str, str]) -> Settings:
    needed = ("DATABASE_URL", "PRIYOM_KEYS", "PUBLIC_URL", "MAIL_FROM", "SMTP_URL", "PRIYOM_DATA")
    problems = [f"{name}: not set." for name in needed if not env.get(name)]
    problems += _demo_leftovers(env)
    keys: KeyRing | None = None
    if env.get("PRIYOM_KEYS"):
        try:
            keys = KeyRing.from_text(env["PRIYOM_KEYS"])
        except KeyRingError as error:
            problems.append(f"PRIYOM_KEYS: {error}.")
    if problems or keys is None:
        raise SettingsError(problems)
    return _settings(
        env,
        environment="production",
        data=Path(env["PRIYOM_DATA"]).resolve(),
        database_url=env["DATABASE_URL"],
        keys=keys,
        public_url=env["PUBLIC_URL"],
        mail_from=env["MAIL_FROM"],
    )


def _demo_leftovers(env: Mapping[str, str]) -> list[str]:
    """What belongs to a demonstration and must not serve customers."""
    problems = []
    public = urlsplit(env.get("PUBLIC_URL", ""))
    if env.get("PUBLIC_URL") and (public.scheme != "https" or public.hostname in _LOCAL_HOSTS):
        problems.append("PUBLIC_URL: must be the https address that customers use.")
    if env.get("PRIYOM_KEYS", "").startswith("demo:"):
        problems.append("PRIYOM_KEYS: these are the keys of a demonstration; make new ones.")
    if env.get("STRIPE_API_BASE"):
        problems.append("STRIPE_API_BASE: the payment sandbox belongs to the demonstration.")
    if env.get("STRIPE_SECRET_KEY") and "_test_" in env["STRIPE_SECRET_KEY"]:
        problems.append("STRIPE_SECRET_KEY: a test key can't take real payments.")
    if env.get("STRIPE_SECRET_KEY") and not env.get("STRIPE_WEBHOOK_SECRETS"):
        problems.append("STRIPE_WEBHOOK_SECRETS: not set, though STRIPE_SECRET_KEY is.")
    if env.get("MAIL_FROM", "").endswith(".example"):
        problems.append("MAIL_FROM: .example addresses receive no answers.")
    return problems


def _settings(
    env: Mapping[str, str],
    *,
    environment: Environment,
    data: Path,
    database_url: str,
    keys: KeyRing,
    public_url: str,
    mail_from: str,
) -> Settings:
    core = CoreSettings(
        environment=environment,
        public_url=public_url.rstrip("/"),
        data_dir=data,
        keys=keys,
        mail_from=mail_from,
        templates_dir=ROOT / "templates",
        translations_dir=ROOT / "webapp" / "translations",
        smtp_url=env.get("SMTP_URL") or None,
        clamd=env.get("CLAMD") or None,
    )
    return Settings(
        core=core,
        billing=_billing(env),
        database_url=database_url,
        trusted_proxies=_number(env, "TRUSTED_PROXIES", 0),
        pool_size=_number(env, "DATABASE_POOL", 8),
        prepare_after=_number(env, "DATABASE_PREPARE", 0),
    )


def _billing(env: Mapping[str, str]) -> BillingSettings | None:
    if not has_billing():
        return None
    from billing.settings import BillingSettings, ProviderSettings  # noqa: PLC0415

    key = env.get("STRIPE_SECRET_KEY")
    if not key:
        return BillingSettings()
    secrets = tuple(filter(None, env.get("STRIPE_WEBHOOK_SECRETS", "").split(",")))
    provider = ProviderSettings(
        secret_key=key,
        webhook_secrets=secrets,
        livemode="_live_" in key,
        api_base=env.get("STRIPE_API_BASE") or None,
    )
    return BillingSettings(provider=provider)


def has_billing() -> bool:
    """Whether the paid side is installed; the free side runs without it."""
    try:
        import billing  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal():
        raise SettingsError([f"{name}: {text!r} is no whole number."])
    return int(text)
