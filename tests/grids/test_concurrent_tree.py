"""Several real processes change one tree at once; it stays sound, and nobody meets an error."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from grids import actions
from grids.bulk import Row, load_tree
from grids.check import damages
from grids.models import Grid
from ledgers.actions import Actor
from ledgers.models import Entry
from tests.factories import OPENED

BY = Actor(user_id=None, name="系统")
STEPS = 8

WORKER = """
import json, random, sys
import django
django.setup()
from django.db import connection
from common.errors import Invalid
from grids import actions
from grids.models import Grid
from ledgers.actions import Actor

seed, steps = int(sys.argv[1]), int(sys.argv[2])
rng, by, done = random.Random(seed), Actor(user_id=None, name="p"), 0
for n in range(steps):
    towns = list(Grid.objects.filter(level=2, closed_on=None).values_list("pk", flat=True))
    villages = list(Grid.objects.filter(level=3, closed_on=None).values_list("pk", flat=True))
    try:
        match rng.choice(["move", "move", "open", "root", "rename", "close"]):
            case "move":
                actions.move_grid(rng.choice(villages), parent_id=rng.choice(towns), by=by)
            case "open":
                actions.open_grid(code=f"{seed}-{n}", name="x", parent_id=rng.choice(villages), by=by)
            case "root":
                actions.open_grid(code=f"{seed}-{n}", name="x", parent_id=None, by=by)
            case "rename":
                actions.rename_grid(rng.choice(villages), name=f"{seed}-{n}", by=by)
            case "close":
                actions.close_grid(rng.choice(villages), by=by)
    except Invalid:
        continue
    done += 1
print(json.dumps(done))
"""


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 6])
@pytest.mark.django_db(transaction=True)
def test_processes_leave_a_sound_tree(processes: int) -> None:
    rows = [Row(code="d", name="区")] + [Row(code=f"t{n}", name="镇", parent="d") for n in range(4)]
    rows += [Row(code=f"v{n}", name="村", parent=f"t{n % 4}") for n in range(16)]
    load_tree(rows, opened_on=OPENED, by=BY)
    before = Entry.objects.count()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(seed), str(STEPS)],
            env=environment(),
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(processes)
    ]
    done = 0
    for process in running:
        out, err = process.communicate(timeout=100)
        assert process.returncode == 0, err
        done += json.loads(out)
    assert done > 0
    assert [str(damage) for damage in damages()] == []
    assert Entry.objects.count() == before + done
    assert (
        Grid.objects.filter(parent=None).values("tree_id").distinct().count()
        == Grid.objects.filter(parent=None).count()
    )


def environment() -> dict[str, str]:
    """What another process needs to meet this test's own database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        url = f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": url}


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_given_back_when_the_act_fails() -> None:
    load_tree([Row(code="d", name="区")], opened_on=OPENED, by=BY)
    district = Grid.objects.get()
    with pytest.raises(RuntimeError, match="broken"), actions.tree_lock():
        raise RuntimeError("broken")
    actions.rename_grid(district.pk, name="新区", by=BY)
