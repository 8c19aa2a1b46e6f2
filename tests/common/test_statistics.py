"""What is planned right after a load is planned for the rows that it wrote."""

import pytest
from django.db import connection, transaction

from common.statistics import count_rows
from grids.models import Grid, Lineage
from tests.grids.test_concurrent_tree import a_tree


def believed(model) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [model._meta.db_table])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_clean_up_amid_a_load_does_not_count_its_rows_as_none(django_assert_num_queries):
    if connection.vendor == "sqlite":
        with django_assert_num_queries(0):
            count_rows([Grid])
        return
    other = connection.copy("other")
    with transaction.atomic():
        a_tree()
        try:
            with other.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE, SKIP_LOCKED) grids_grid, grids_lineage")
        finally:
            other.close()
        assert believed(Grid) == Grid.objects.count()
        assert believed(Lineage) == Lineage.objects.count()
