"""An entry stands in the transaction of its act, names a known action, and can be checked alone."""

import pytest
from django.db import transaction
from django.utils import timezone, translation

from incidents.rules import Action
from ledgers import queries, rules
from ledgers.actions import NOBODY, Draft, Subject, record, record_many
from ledgers.models import Entry
from tests.factories import Places
from tests.ledgers.conftest import type_of_entry

DRAFT = Draft(
    app="incidents",
    action="report",
    subject=Subject(type="incidents.incident", id="1", label="2026-11-0001"),
    actor=NOBODY,
    at=timezone.now(),
)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        record(DRAFT)
    with pytest.raises(RuntimeError):
        record_many([DRAFT])
    with transaction.atomic():
        record(DRAFT)
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_an_action_that_is_not_in_the_table_is_refused() -> None:
    strange = Draft(app="incidents", action="forget", subject=DRAFT.subject, actor=NOBODY, at=DRAFT.at)
    with pytest.raises(ValueError, match=r"incidents\.forget"):
        record(strange)
    with pytest.raises(ValueError, match=r"incidents\.forget"):
        record_many([DRAFT, strange])


def test_every_step_of_the_workflow_is_in_the_table() -> None:
    assert [action for action in Action.values if not rules.is_known("incidents", action)] == []


@pytest.mark.django_db
def test_an_entry_matches_its_hash_until_anything_of_it_is_changed(
    places: Places, write: type_of_entry
) -> None:
    write(places.site, payload={"note": "扬尘", "photos": ["ab"]})
    assert queries.intact(Entry.objects.get())
    for name, value in {
        "payload": "{}",
        "digest": "0" * 64,
        "grid_path": "/x/",
        "actor_name": "x",
        "action": "export",
        "at": timezone.now(),
    }.items():
        entry = Entry.objects.get()
        setattr(entry, name, value)
        assert not queries.intact(entry), name


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "上报问题"), ("en", "Reported an incident")])
def test_an_action_is_named_in_the_readers_language(language: str, words: str) -> None:
    with translation.override(language):
        assert str(rules.action_label("incidents", "report")) == words
