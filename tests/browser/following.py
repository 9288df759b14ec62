"""Requests of free support in every state, for pictures of their pages."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from services.core.db import FREE_ROLE, make_engine, make_sessions
from services.core.links import secret_path
from services.people.models import StaffMember
from services.support import requests
from services.support.requests.models import Request
from tests.browser.site import Site
from tests.support_stories import arrived, asking, author, received, somebody_of_staff

NEEDED = [{"code": "database", "detail": "с планшета на 4.12, где остатки неверные"}]
_ASKED = (
    "Ольга, спасибо за подробное описание. На чистой базе остатки обновляются. Пришлите, пожалуйста, "
    "базу с любого планшета на 4.12: увидим, что меняет обновление. Удалять ничего не нужно."
)
_ANSWER = "Повторили у себя, причина понятна.\nГотовим исправление."
_SOLUTION = "Поставьте 4.13.2: в «Сервис» нажмите «Обновить приложение», потом один раз «Обменяться»."


def secret_pages(site: Site) -> dict[str, str]:
    """Make them, days ago and just now; gives the paths of their pages by name."""
    engine = make_engine(site.database_url)
    with make_sessions(engine, site.core, role=FREE_ROLE).begin() as db:
        found = {name: secret_path(site.core, "r", one.reference, 1) for name, one in _made(db).items()}
    engine.dispose()
    return found


def _made(db: Session) -> dict[str, Request]:
    now = datetime.now(UTC)
    then, staff = now - timedelta(days=4), somebody_of_staff(db)
    # The demonstration's regulation is as old as the demonstration: what is older goes by it, too.
    made = {f"request_{name}": received(db, then) for name in ("waiting", "answered", "solved", "unable")}
    for one in list(made.values()):
        _ask(db, one, staff, then + timedelta(hours=3))
    made["request_held"] = requests.write_down(db, asked=asking(db, author(db)), actor="customer", now=now)
    made["request_dropped"] = requests.write_down(db, asked=asking(db, author(db)), actor="customer", now=now)
    requests.drop(db, request=made["request_dropped"], actor="customer", now=now)
    for name in ("answered", "solved"):
        one, sent = made[f"request_{name}"], then + timedelta(hours=20)
        files = [arrived(db, sent, b"SQLite format 3\0", "kedr-torg_20-11.ndb")[0]]
        requests.customer_writes(
            db, request=one, person=one.author, body="База с планшета 4.12.", uploads=files, now=sent
        )
        requests.answer(db, request=one, staff=staff, body=_ANSWER, now=sent + timedelta(hours=1))
    solved = made["request_solved"]
    requests.resolve(db, request=solved, staff=staff, body=_SOLUTION, plan=False, now=now)
    unable = made["request_unable"]
    requests.cannot_collect(db, request=unable, person=unable.author, body="", now=now)
    requests.mention_session(db, request=unable, staff=staff, why="cannot_collect", now=now)
    made["request_merged"] = received(db, now)
    requests.merge(db, request=made["request_merged"], into=unable, staff=staff, now=now)
    late = made["request_late"] = received(db, now - timedelta(days=40))
    requests.resolve(db, request=late, staff=staff, body=_SOLUTION, plan=True, now=now - timedelta(days=20))
    requests.rate(db, request=late, grade="not", now=now - timedelta(days=20))
    return made


def _ask(db: Session, request: Request, staff: StaffMember, at: datetime) -> None:
    requests.ask_information(db, request=request, staff=staff, items=NEEDED, body=_ASKED, now=at)
