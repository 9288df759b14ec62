"""Putting the web application together; what is mounted here is what exists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from services.core.db import make_engine
from services.core.wording import FILTERS
from webapp.assets import init_assets
from webapp.cookies import SignedCookies
from webapp.errors import init_errors
from webapp.i18n import current_locale, init_i18n
from webapp.large_forms import init_large_forms
from webapp.logs import configure_logs
from webapp.navigation import contributions
from webapp.request import Database, database, init_request, vendor_profile
from webapp.security import init_security
from webapp.templating import register_templating
from webapp.translations.build import compile_if_stale

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.settings import Settings

FREE_BLUEPRINTS = frozenset(
    {
        "contacts",
        "follow",
        "pages",
        "language",
        "support",
        "drafts",
        "uploads",
        "staff_articles",
        "staff_contacts",
        "staff_business_hours",
        "staff_calls",
        "staff_canned",
        "staff_connection",
        "staff_conversation",
        "staff_misses",
        "staff_queue",
        "staff_regulation",
        "staff_request",
    }
)
"""Blueprints of the free flow: their requests work under the database role `priyom_free`."""
_LARGEST_REQUEST = 20 * 2**20
_LARGEST_FIELDS = 2 * 2**20


def utc_now() -> datetime:
    """The one clock of the web: aware, UTC."""
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Flask:
    """Make the application for `settings`; opens no connection yet."""
    configure_logs(settings.core.environment)
    compile_if_stale()
    app = Flask(__name__, template_folder=str(settings.core.templates_dir), static_folder=None)
    app.config.update(_config(settings))
    app.session_interface = SignedCookies()
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    shared = Database(
        engine=make_engine(
            settings.database_url,
            pool_size=settings.pool_size,
            prepare_after=settings.prepare_after,
        ),
        core=settings.core,
        clock=clock,
        billing=settings.billing,
        free_blueprints=FREE_BLUEPRINTS,
    )
    init_request(app, shared)
    init_i18n(app)
    # Before whatever looks into a form: then it is read already.
    init_large_forms(app)
    CSRFProtect(app)
    init_security(app)
    init_errors(app)
    init_assets(app)
    _init_templates(app)
    _mount(app, settings)
    # Connections opened while mounting must not be shared with forked workers.
    shared.engine.dispose()
    return app


def _config(settings: Settings) -> dict[str, Any]:
    keys = settings.core.keys
    secret, *older = (type(keys)(((name, key),)).mac("web-session").hex() for name, key in keys.keys)
    return {
        "SECRET_KEY": secret,
        "SECRET_KEY_FALLBACKS": older,
        "PRIYOM_SETTINGS": settings,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.core.public_url.startswith("https:"),
        "SESSION_COOKIE_NAME": "priyom",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "MAX_CONTENT_LENGTH": _LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": _LARGEST_FIELDS,
        "WTF_CSRF_TIME_LIMIT": None,
        # Over https the library would want a referrer, and private pages send none (`security.py`).
        "WTF_CSRF_SSL_STRICT": False,
        "PAY_PAGE_ORIGINS": _pay_page_origins(settings),
    }


def _pay_page_origins(settings: Settings) -> tuple[str, ...]:
    provider = settings.billing.provider if settings.billing is not None else None
    if provider is None:
        return ()
    return (provider.api_base,) if provider.api_base else ("https://checkout.stripe.com",)


def _init_templates(app: Flask) -> None:
    for name, made in FILTERS.items():
        app.add_template_filter(made, name)
    register_templating(app)

    @app.context_processor
    def _shared() -> dict[str, Any]:
        return {
            "locale": current_locale(),
            "nav": contributions(),
            "is_demo": database().core.is_demo,
            # Asked for only where it is shown: error pages must not need the database.
            "vendor": LocalProxy(vendor_profile),
        }


def _mount(app: Flask, settings: Settings) -> None:
    """The free side always; the paid side where `billing` can be imported."""
    from webapp import health, language, mailbox, pages, support
    from webapp.auth.setup import add_sign_in
    from webapp.staff import desk
    from webapp.staff.support import mount as free_desk

    for area in (pages, language, support, health, desk, free_desk):
        area.mount(app)
    if settings.core.is_demo:
        mailbox.mount(app)
    cost = settings.password_cost
    add_sign_in(
        app,
        translations=settings.core.translations_dir,
        cost=dict(cost) if cost is not None else None,
    )
    if settings.billing is not None:
        from webapp.paid import mount_paid

        mount_paid(app)
