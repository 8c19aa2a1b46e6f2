"""The database itself refuses to change or remove an entry, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ledgers.actions import NOBODY, Draft, Place, Subject, record
from ledgers.models import Entry


@pytest.fixture
def entry(db: None) -> Entry:
    subject = Subject(type="people.user", id="1", label="张三")
    return record(
        Draft(app="people", action="login", subject=subject, actor=NOBODY, at=timezone.now(), place=Place())
    )


def refused(sql: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_update_is_refused(entry: Entry) -> None:
    refused("UPDATE ledgers_entry SET actor_name = 'x'")
    assert Entry.objects.get().actor_name == ""


def test_delete_is_refused(entry: Entry) -> None:
    refused("DELETE FROM ledgers_entry")
    assert Entry.objects.get() == entry


def test_the_orm_is_refused_too(entry: Entry) -> None:
    entry.actor_name = "x"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.all().delete()


def test_emptying_the_table_is_refused(entry: Entry) -> None:
    refused("DELETE FROM ledgers_entry" if connection.vendor == "sqlite" else "TRUNCATE ledgers_entry")


def test_replacing_a_row_is_refused(entry: Entry) -> None:
    columns = "at, app, action, subject_type, subject_id, subject_label, grid_id, grid_name, grid_path"
    columns += ", actor_name, role, payload, digest"
    if connection.vendor == "sqlite":
        refused(
            f"INSERT OR REPLACE INTO ledgers_entry (id, {columns}) SELECT id, {columns} FROM ledgers_entry"
        )
    else:
        refused(
            f"INSERT INTO ledgers_entry (id, {columns}) SELECT id, {columns} FROM ledgers_entry"
            " ON CONFLICT (id) DO UPDATE SET actor_name = 'x'"
        )
    assert Entry.objects.get().actor_name == ""


def test_an_entry_is_written_in_a_transaction_only(transactional_db: None) -> None:
    subject = Subject(type="people.user", id="1", label="张三")
    draft = Draft(app="people", action="login", subject=subject, actor=NOBODY, at=timezone.now())
    with pytest.raises(RuntimeError):
        record(draft)
    with transaction.atomic():
        record(draft)
    assert Entry.objects.count() == 1


def test_the_flush_after_a_transactional_test_passes_and_puts_the_triggers_back(entry: Entry) -> None:
    refused("DELETE FROM ledgers_entry")


def test_an_unknown_action_is_refused(db: None) -> None:
    subject = Subject(type="people.user", id="1", label="张三")
    with pytest.raises(ValueError, match="Not an action"):
        record(Draft(app="people", action="vanish", subject=subject, actor=NOBODY, at=timezone.now()))
