"""What was written stays: the database itself refuses, on SQLite and on PostgreSQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from ledgers.models import Entry
from tests.factories import Places
from tests.ledgers.conftest import type_of_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(places: Places, write: type_of_entry) -> Entry:
    return write(places.site)


def refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_update_is_refused(kept: Entry) -> None:
    refused(f"UPDATE ledgers_entry SET actor_name = 'x' WHERE id = {kept.pk}")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        kept.save()
    assert Entry.objects.get().actor_name == kept.actor_name


def test_delete_is_refused(kept: Entry) -> None:
    refused(f"DELETE FROM ledgers_entry WHERE id = {kept.pk}")
    refused("DELETE FROM ledgers_entry")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        kept.delete()
    assert Entry.objects.count() == 1


def test_replacing_a_row_or_emptying_the_table_is_refused(kept: Entry) -> None:
    if connection.vendor == "sqlite":
        refused(f"REPLACE INTO ledgers_entry SELECT * FROM ledgers_entry WHERE id = {kept.pk}")
    else:
        connection.check_constraints()  # else PostgreSQL refuses for the checks that still wait
        refused("TRUNCATE ledgers_entry")
        refused("TRUNCATE ledgers_entry CASCADE")
    assert Entry.objects.get().digest == kept.digest
