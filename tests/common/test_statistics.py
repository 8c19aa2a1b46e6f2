"""What is planned right after a load is planned for the rows that it wrote."""

import pytest
from django.db import connection, transaction

from common.statistics import count_rows
from grids.bulk import Row, load_tree
from grids.models import Grid, Lineage
from ledgers.actions import NOBODY
from tests.factories import OPENED

ROWS = [Row(code="d", name="区")] + [Row(code=f"t{n}", name="镇", parent="d") for n in range(2500)]


def believed(model) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [model._meta.db_table])
        return int(cursor.fetchone()[0])


@pytest.fixture
def elsewhere():
    """A second connection to the same database, for what the server does by itself."""
    other = connection.copy("elsewhere")
    yield other
    other.close()


def load() -> None:
    load_tree(ROWS, opened_on=OPENED, by=NOBODY)


@pytest.mark.django_db(transaction=True)
def test_a_clean_up_amid_a_load_does_not_count_its_rows_as_none(elsewhere, django_assert_num_queries):
    if connection.vendor == "sqlite":
        with django_assert_num_queries(0):
            count_rows([Grid])
        return
    with transaction.atomic():
        load()
        with elsewhere.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE, SKIP_LOCKED) grids_grid, grids_lineage")
        assert believed(Grid) == Grid.objects.count()
        assert believed(Lineage) == Lineage.objects.count()
