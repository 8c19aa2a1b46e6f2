import pytest
from django.db import DatabaseError, transaction

from incidents.models import Step


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_a_step(change, case):
    steps = Step.objects.filter(incident=case)
    act = {"update": lambda: steps.update(note=""), "delete": lambda: steps._raw_delete(steps.db)}[change]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()
    assert steps.count() == 1
