"""Production starts with nothing missing and nothing borrowed from the demonstration."""

from __future__ import annotations

import pytest

from services.core.crypto import KeyRing
from webapp.settings import SettingsError, load_settings

GOOD = {
    "PRIYOM_ENV": "production",
    "DATABASE_URL": "postgresql://priyom_app@db/priyom",
    "PRIYOM_KEYS": KeyRing.generate_text("k1"),
    "PUBLIC_URL": "https://desk.grsoft.ru",
    "MAIL_FROM": "info@grsoft.ru",
    "SMTP_URL": "smtp://user:secret@mail.grsoft.ru:587",
    "PRIYOM_DATA": "/srv/priyom",
}


def problems(**changes: str | None) -> list[str]:
    environ = {name: value for name, value in (GOOD | changes).items() if value is not None}
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return [problem.split(":")[0] for problem in caught.value.problems]


def test_complete_settings_start_production() -> None:
    settings = load_settings(GOOD)
    assert settings.core.environment == "production"
    assert settings.billing is not None
    assert settings.billing.provider is None


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"PRIYOM_ENV"}))
def test_each_missing_setting_is_named(name: str) -> None:
    assert problems(**{name: None}) == [name]
    assert problems(**{name: ""}) == [name]


def test_all_that_is_wrong_is_named_at_once() -> None:
    everything = dict.fromkeys(set(GOOD) - {"PRIYOM_ENV"})
    assert sorted(problems(**everything)) == sorted(everything)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"PRIYOM_KEYS": KeyRing.generate_text("demo")}, "PRIYOM_KEYS"),
        ({"PRIYOM_KEYS": "nonsense"}, "PRIYOM_KEYS"),
        ({"PUBLIC_URL": "http://desk.grsoft.ru"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://localhost"}, "PUBLIC_URL"),
        ({"MAIL_FROM": "support@priyom.example"}, "MAIL_FROM"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:9000"}, "STRIPE_API_BASE"),
        ({"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRETS": "whsec_1"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "sk_live_1"}, "STRIPE_WEBHOOK_SECRETS"),
        ({"TRUSTED_PROXIES": "many"}, "TRUSTED_PROXIES"),
        ({"DATABASE_POOL": "-1"}, "DATABASE_POOL"),
        ({"DATABASE_PREPARE": "often"}, "DATABASE_PREPARE"),
        ({"PRIYOM_ENV": "staging"}, "PRIYOM_ENV"),
    ],
)
def test_what_belongs_to_a_demonstration_is_refused(changes: dict[str, str], named: str) -> None:
    assert problems(**changes) == [named]


def test_no_secret_shows_when_settings_are_printed() -> None:
    live = GOOD | {"STRIPE_SECRET_KEY": "sk_live_hidden", "STRIPE_WEBHOOK_SECRETS": "whsec_hidden"}
    shown = repr(load_settings(live))
    assert "hidden" not in shown
    assert "secret@" not in shown
    assert GOOD["PRIYOM_KEYS"].partition(":")[2] not in shown


def test_a_demonstration_makes_its_keys_once(tmp_path) -> None:  # type: ignore[no-untyped-def]
    environ = {"PRIYOM_DATA": str(tmp_path), "DATABASE_URL": "postgresql://x@/y"}
    first, second = load_settings(environ), load_settings(environ)
    assert first.core.keys == second.core.keys
    assert (tmp_path / "keys.txt").stat().st_mode & 0o077 == 0


def test_a_demonstration_never_takes_real_money() -> None:
    environ = {"DATABASE_URL": "postgresql://x@/y", "STRIPE_SECRET_KEY": "sk_live_1"}
    with pytest.raises(SettingsError, match="real money"):
        load_settings(environ)
