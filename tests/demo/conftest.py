"""The demo, loaded once for the tests of this folder and rolled back afterwards."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction

from demo.loader import load
from tests.conftest import vacuum

TODAY = date(2026, 7, 20)


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The lines that loading printed; every test sees the loaded rows."""
    lines: list[str] = []
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with transaction.atomic():
            assert load(TODAY, lines.append)
            connection.check_constraints()  # once, not after every test
            yield lines
            transaction.set_rollback(True)
        vacuum()
