"""Two real processes at one moment: a version is set once, an acknowledgement entered once."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from django.conf import settings

from tests.incidents.test_two_at_once import database, run

__all__ = ["database"]

ROUNDS = 8
PREPARE = """
import django
django.setup()
from grids.versions import Wording
from people import actions
from tests import factories
places = factories.grid_tree()
cast = factories.make_cast(places)
wording = Wording(name="清单", text="一")
actions.set_duty_list("worker", 4, wording, by=cast.administrator, on=factories.OPENED)
for n in range(8):
    factories.person("worker", grid=places.subgrid, username=f"both{n}")
"""
SCRIPT = """
import json, sys, time
import django
django.setup()
from common.errors import Invalid
from grids.versions import Wording
from people import actions
from people.models import DutyList, Posting, User
admin = User.objects.get(username="administrator")
workers = DutyList.objects.get(role="worker")
both = [Posting.objects.select_related("person").get(person__username=f"both{n}") for n in range(8)]
done = []
for n, start in enumerate(json.loads(sys.argv[2])):
    while time.time() < start:
        pass
    actions.acknowledge(workers.pk, both[n].pk, by=both[n].person)
    try:
        actions.set_duty_list("deputy", n + 1, Wording(name="清单", text=sys.argv[1]), by=admin)
        done.append(1)
    except Invalid:
        done.append(0)
print(json.dumps(done))
"""
# On one server the second waits for the first: it then follows it on the same day, which replaces it.
CHECK = """
import django
django.setup()
from ledgers.models import Entry
from people.models import Acknowledgement, DutyList
assert Acknowledgement.objects.count() == 8
assert Entry.objects.filter(action="acknowledge_duties").count() == 8
assert DutyList.objects.filter(role="deputy").count() == 8
assert set(DutyList.objects.filter(role="deputy").values_list("version", flat=True)) == {1}
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_what_two_do_at_one_moment_is_done_once(database: dict[str, str]) -> None:
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, env=database, cwd=settings.BASE_DIR, check=True)
    run(PREPARE, database)
    begin = time.time() + 5  # both are loaded by then
    starts = json.dumps([begin + n * 0.1 for n in range(ROUNDS)])
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, name, starts],
            env=database, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("甲", "乙")
    ]  # fmt: skip
    results = []
    for racer in racers:
        output, errors = racer.communicate(timeout=90)
        assert racer.returncode == 0, errors
        results.append(json.loads(output))
    assert all(sum(pair) >= 1 for pair in zip(*results, strict=True))
    run(CHECK, database)
