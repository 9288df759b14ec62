"""Invited, moved, moved, moved, cancelled: one entry under one key, with a rising sequence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services import calendars
from services.core.vendor import edit_vendor
from tests.mails import END, HERE, PAGE, SERVICE, START, VENDOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from services.core.mail import CalendarPart
    from tests.cluster import Database

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
REF = "S-7Q4M-2XKD"
OLGA = calendars.Attendee("Ольга Смирнова", "olga@kedr.example")
ANDREY = calendars.Attendee("Andrey Kovalyov", "andrey@priyom.example", "en", "specialist")


@pytest.fixture(autouse=True)
def _with_vendor(db: Session) -> None:
    edit_vendor(db, profile=VENDOR, actor="system", now=NOW)
    db.commit()


def invite(
    db: Session, attendee: calendars.Attendee = OLGA, *, shift: int = 0, now: datetime = NOW
) -> CalendarPart:
    return calendars.invite(
        db,
        session_ref=REF,
        attendee=attendee,
        starts_at=START + timedelta(hours=shift),
        ends_at=END + timedelta(hours=shift),
        summary="Разовое подключение",
        description="Страница сеанса",
        url=PAGE,
        now=now,
    )


def told(part: CalendarPart) -> calendars.Explained:
    explained = calendars.explain(part.ics)
    assert explained.method == part.method
    return explained


def partstat(part: CalendarPart) -> str:
    attendee = Calendar.from_ical(part.ics).walk("VEVENT")[0]["attendee"]
    return str(attendee.params["PARTSTAT"])


def stamps(parts: Sequence[CalendarPart]) -> list[datetime]:
    return [Calendar.from_ical(part.ics).walk("VEVENT")[0].decoded("dtstamp") for part in parts]


def test_both_guests_share_one_invitation_and_none_sees_the_other(db: Session) -> None:
    to_olga, to_andrey = invite(db), invite(db, ANDREY)
    assert told(to_olga).uid == told(to_andrey).uid
    assert told(to_olga).attendee == OLGA.email
    assert told(to_andrey).attendee == ANDREY.email
    assert ANDREY.email.encode() not in to_olga.ics
    assert OLGA.email.encode() not in to_andrey.ics


def test_the_key_names_the_session_and_the_host_and_cannot_be_guessed(db: Session) -> None:
    uid = told(invite(db)).uid
    start, _, host = uid.partition("@")
    assert host == "localhost"
    assert start.startswith("s-7q4m-2xkd.")
    assert len(start.rpartition(".")[2]) == 32
    assert told(invite(db)).uid == uid


def test_the_organizer_is_the_address_in_from(db: Session, database: Database) -> None:
    assert told(invite(db)).organizer == database.core.mail_from


def test_three_moves_raise_the_sequence_three_times(db: Session) -> None:
    parts = [invite(db)]
    for move in (1, 2, 3):
        now = NOW + timedelta(hours=move)
        calendars.reschedule(
            db,
            session_ref=REF,
            starts_at=START + timedelta(hours=move),
            ends_at=END + timedelta(hours=move),
            now=now,
        )
        parts.append(invite(db, shift=move, now=now))
    said = [told(part) for part in parts]
    assert [one.sequence for one in said] == [0, 1, 2, 3]
    assert len({one.uid for one in said}) == 1
    assert said[-1].starts_at == START + timedelta(hours=3)
    assert stamps(parts) == sorted(stamps(parts))


def test_moving_to_the_same_time_changes_nothing(db: Session) -> None:
    invite(db)
    moved = calendars.reschedule(db, session_ref=REF, starts_at=START, ends_at=END, now=NOW)
    assert moved.sequence == 0


def test_a_move_opens_the_answers_again(db: Session) -> None:
    invite(db)
    invitation = calendars.get_invitation(db, session_ref=REF)
    invitation.invitees[0].partstat = "ACCEPTED"
    db.flush()
    assert partstat(calendars.resend(db, session_ref=REF, now=NOW)) == "ACCEPTED"
    calendars.reschedule(
        db, session_ref=REF, starts_at=START + timedelta(days=1), ends_at=END + timedelta(days=1), now=NOW
    )
    assert partstat(calendars.resend(db, session_ref=REF, now=NOW)) == "NEEDS-ACTION"


def test_inviting_to_another_time_than_the_stored_one_is_refused(db: Session) -> None:
    invite(db)
    with pytest.raises(calendars.InvitationMovedError):
        invite(db, shift=1)


def test_sending_again_keeps_the_sequence_and_renews_the_stamp(db: Session) -> None:
    first = invite(db)
    later = NOW + timedelta(minutes=5)
    again = calendars.resend(db, session_ref=REF, now=later)
    assert told(again).sequence == told(first).sequence
    assert stamps([first, again]) == [NOW, later]


def test_a_cancel_reaches_both_guests_with_one_raised_sequence(db: Session) -> None:
    invite(db)
    invite(db, ANDREY)
    to_olga = calendars.cancel(db, session_ref=REF, now=NOW)
    to_andrey = calendars.cancel(db, session_ref=REF, role="specialist", now=NOW)
    for part, guest in ((to_olga, OLGA), (to_andrey, ANDREY)):
        said = told(part)
        assert (said.method, said.status, said.sequence) == ("CANCEL", "CANCELLED", 1)
        assert said.attendee == guest.email
        assert said.summary == "Разовое подключение"
        assert b"VALARM" not in part.ics


def test_after_the_cancel_nothing_but_the_cancel_is_sent(db: Session) -> None:
    invite(db)
    calendars.cancel(db, session_ref=REF, now=NOW)
    with pytest.raises(calendars.InvitationCancelledError):
        invite(db)
    with pytest.raises(calendars.InvitationCancelledError):
        calendars.resend(db, session_ref=REF, now=NOW)
    with pytest.raises(calendars.InvitationCancelledError):
        calendars.reschedule(db, session_ref=REF, starts_at=END, ends_at=END + timedelta(hours=1), now=NOW)


def test_a_replaced_specialist_gets_a_cancel_of_his_own(db: Session) -> None:
    invite(db)
    invite(db, ANDREY)
    gone = told(calendars.uninvite(db, session_ref=REF, now=NOW))
    assert (gone.method, gone.attendee, gone.sequence) == ("CANCEL", ANDREY.email, 1)
    other = calendars.Attendee("Irina", "irina@priyom.example", "ru", "specialist")
    assert told(invite(db, other)).sequence == 1
    assert told(calendars.cancel(db, session_ref=REF, role="specialist", now=NOW)).attendee == other.email


def test_who_has_another_address_by_now_is_still_the_guest(db: Session) -> None:
    invite(db)
    invite(db, ANDREY)
    part = calendars.cancel(db, session_ref=REF, role="specialist", email="moved@priyom.example", now=NOW)
    assert told(part).attendee == ANDREY.email


def test_who_was_never_invited_is_not_cancelled(db: Session) -> None:
    with pytest.raises(calendars.InvitationNotFoundError):
        calendars.cancel(db, session_ref=REF, now=NOW)
    invite(db)
    with pytest.raises(calendars.InvitationNotFoundError):
        calendars.cancel(db, session_ref=REF, role="specialist", now=NOW)


def test_the_file_to_download_has_the_key_and_the_state_of_the_mail(db: Session) -> None:
    uid = told(invite(db)).uid
    file = calendars.explain(calendars.download(db, session_ref=REF, url=PAGE, now=NOW))
    assert (file.method, file.uid, file.status) == ("PUBLISH", uid, "CONFIRMED")
    calendars.cancel(db, session_ref=REF, now=NOW)
    file = calendars.explain(calendars.download(db, session_ref=REF, now=NOW))
    assert (file.status, file.sequence) == ("CANCELLED", 1)


@pytest.mark.parametrize(
    "change",
    ["sequence = sequence - 1", "uid = 'other'", "status = 'confirmed'"],
)
def test_the_database_keeps_key_end_and_sequence(db: Session, change: str) -> None:
    invite(db)
    calendars.cancel(db, session_ref=REF, now=NOW)
    with pytest.raises(IntegrityError, match="keeps its uid"):
        db.execute(text(f"UPDATE calendars.invitation SET {change}"))


def test_the_free_flow_may_invite_and_cancel_as_well(database: Database) -> None:
    with database.free_sessions() as free:
        assert told(invite(free)).sequence == 0
        assert told(calendars.cancel(free, session_ref=REF, now=NOW)).sequence == 1


def test_entries_speak_the_guests_language() -> None:
    common = {
        "vendor": VENDOR,
        "service": SERVICE,
        "starts_at": START,
        "ends_at": END,
        "zone": HERE,
        "url": PAGE,
    }
    words = calendars.for_customer(**common, specialist="Андрей Ковалёв", locale="ru")
    assert words.summary == "Разовое подключение · Отдел поддержки «Пример Софт»"
    assert "(у\u00a0вас, МСК+4)" in words.description
    assert "Андрей Ковалёв" in words.description
    assert PAGE in words.description
    words = calendars.for_specialist(**common, session_ref=REF, customer="Kedr", locale="en")
    assert words.summary == "One-off remote session · Kedr"
    assert f"Session {REF}" in words.description
