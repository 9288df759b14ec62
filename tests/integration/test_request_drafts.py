"""Drafts of free requests: sealed, behind a link, for two weeks, with the files that were sent meanwhile."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from services import catalogue
from services.core import files
from services.core.db import core_of
from services.core.errors import InvalidError, NotFoundError
from services.core.references import link_token
from services.support.requests import drafts
from services.support.requests.drafts import Sheet


def sent(db, now, content=b"hello", name="base.db"):
    """A file that has arrived, by its key."""
    upload, token = files.announce(db, name=name, size=len(content), network="n", now=now)
    received = files.receive(core_of(db), upload, io.BytesIO(content), offset=0)
    files.note_arrival(db, upload=upload, received=received, now=now)
    files.judge_small(db, upload=upload, now=now)
    return f"{upload.reference}.{token}"


def link_of(db, draft):
    reference, token = drafts.draft_link(db, draft=draft).rsplit("/", 2)[1:]
    return {"reference": reference, "token": token}


def test_a_draft_is_opened_by_its_link_with_files_of_both_devices_until_it_lapses(demo, demo_db, now):
    db = demo_db
    product = catalogue.get_product(db, slug="napoleon")
    later = now + timedelta(days=3)
    first, second = sent(db, now), sent(db, later, name="b.db")
    one = Sheet("form", {"subject": ["Остатки"]}, {"device_database": [first]})
    draft = drafts.save_draft(db, product=product, sheet=one, now=now)
    assert "Остатки".encode() not in draft.body_enc
    other = Sheet("form", {"subject": ["Остатки!"]}, {"device_database": [second]})
    drafts.save_draft(db, product=product, sheet=other, draft=draft, now=later)

    kept = drafts.read_sheet(db, draft=drafts.get_draft(db, **link_of(db, draft), now=later))
    assert kept == Sheet("form", {"subject": ["Остатки!"]}, {"device_database": [first, second]})
    files.expire_uploads(db, now=later + timedelta(days=13))
    assert len(drafts.list_draft_uploads(db, draft=draft, now=later + timedelta(days=13))) == 2
    text = f"Здравствуйте!\n{drafts.draft_link(db, draft=draft)}.\nОльга"
    assert drafts.find_draft_in(db, text=text, now=later) is draft
    db.commit()
    with demo.app_sessions.begin() as again:
        over = later + timedelta(days=14)
        with pytest.raises(NotFoundError):
            drafts.get_draft(again, **link_of(db, draft), now=over)
        drafts.expire_drafts(again, now=over)
        assert drafts.find_draft_in(again, text=text, now=later) is None


def test_a_forgotten_draft_takes_its_files_along_but_not_those_that_belong_to_something(demo_db, now):
    db = demo_db
    product = catalogue.get_product(db, slug="acepacer")
    keys = [sent(db, now), sent(db, now)]
    draft = drafts.save_draft(db, product=product, sheet=Sheet("letter", {}, {"upload": keys}), now=now)
    claimed, loose = drafts.list_draft_uploads(db, draft=draft, now=now)
    files.claim(db, upload=claimed, subject_ref="support-message:1", now=now)
    drafts.forget_draft(db, draft=draft, now=now)
    assert (claimed.state, loose.state) == ("accepted", "gone")


def test_a_wrong_link_opens_nothing_and_a_draft_has_its_size(demo_db, now):
    db = demo_db
    product = catalogue.get_product(db, slug="acepacer")
    draft = drafts.save_draft(db, product=product, sheet=Sheet("form", {}, {}), now=now)
    foreign = link_token(core_of(db).keys, "s", draft.reference, 1)
    for token in (foreign, "", "я", "a" * 22):
        with pytest.raises(NotFoundError):
            drafts.get_draft(db, reference=draft.reference, token=token, now=now)
    assert drafts.find_draft_in(db, text=f"/d/{draft.reference}/{foreign}", now=now) is None
    large = Sheet("form", {"of_description": ["я" * 60_000]}, {})
    with pytest.raises(InvalidError):
        drafts.save_draft(db, product=product, sheet=large, draft=draft, now=now)


def test_what_is_saved_after_the_draft_was_sent_elsewhere_is_not_found(demo, demo_db, now):
    product = catalogue.get_product(demo_db, slug="napoleon")
    sheet = Sheet("form", {"subject": ["Остатки"]}, {})
    draft = drafts.save_draft(demo_db, product=product, sheet=sheet, now=now)
    demo_db.commit()
    with demo.app_sessions.begin() as elsewhere:
        drafts.forget_draft(elsewhere, draft=elsewhere.get_one(type(draft), draft.id), now=now)
    with pytest.raises(NotFoundError):
        drafts.save_draft(demo_db, product=product, sheet=sheet, draft=draft, now=now)
