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
from grids.models import Grid, Succession
from ledgers.actions import Actor
from ledgers.models import Entry
from tests.factories import OPENED

BY = Actor(user_id=None, name="系统")

# What each process does: single changes by chance, each counted by its kind. Without the lock (the last
# argument) the same program shows what it is for.
WORKER = """
import json, random, sys
import django
django.setup()
from contextlib import contextmanager
from django.db import connection, transaction
from common.errors import Invalid
from grids import actions, rules
from grids.actions import tree
from grids.models import Grid
from ledgers.actions import Actor

seed, steps, locked = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "locked"
if not locked:
    @contextmanager
    def no_lock():
        with transaction.atomic(), rules.tree_writes():
            yield
    tree.tree_lock = no_lock
    connection.settings_dict["OPTIONS"].pop("transaction_mode", None)  # SQLite: BEGIN without IMMEDIATE
rng, by = random.Random(seed), Actor(user_id=None, name="p")
done = {"open": 0, "move": 0, "merge": 0, "close": 0, "rename": 0, "refused": 0, "error": 0}
for n in range(steps):
    towns = list(Grid.objects.filter(level=2, closed_on=None).values_list("pk", flat=True))
    villages = list(Grid.objects.filter(level=3, closed_on=None).values_list("pk", flat=True))
    act = rng.choice(["move", "move", "move", "open", "open", "root", "rename", "merge", "close"])
    try:
        match act:
            case "move":
                actions.move_grid(rng.choice(villages), parent_id=rng.choice(towns), by=by)
            case "open":
                level = rng.choice([towns, villages])
                actions.open_grid(code=f"{seed}-{n}", name="x", parent_id=rng.choice(level), by=by)
            case "root":
                actions.open_grid(code=f"{seed}-{n}", name="x", parent_id=None, by=by)
            case "rename":
                actions.rename_grid(rng.choice(villages), name=f"{seed}-{n}", by=by)
            case "merge":
                one, other = rng.sample(villages, 2)
                actions.merge_grid(one, into_id=other, by=by)
            case "close":
                leaf = Grid.objects.filter(level=4, closed_on=None).values_list("pk", flat=True)
                actions.close_grid(rng.choice(list(leaf) or villages), by=by)
    except Invalid:
        done["refused"] += 1
    except Exception as fault:
        if locked:
            raise
        done["error"] += 1
    else:
        done["open" if act == "root" else act] += 1
print(json.dumps(done))
"""


def run(processes: int, steps: int, how: str = "locked") -> dict[str, int]:
    """The processes side by side; what they did in all. A process that ends badly fails the test."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(seed), str(steps), how],
            env=environment(),
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(processes)
    ]
    total: dict[str, int] = {}
    try:
        for process in running:
            out, err = process.communicate(timeout=90)
            assert process.returncode == 0, err
            for kind, n in json.loads(out).items():
                total[kind] = total.get(kind, 0) + n
    finally:
        for process in running:  # one left behind would hold what the next test waits for
            process.kill()
    return total


def a_tree() -> None:
    rows = [Row(code="d", name="区")] + [Row(code=f"t{n}", name="镇", parent="d") for n in range(6)]
    rows += [Row(code=f"v{n}", name="村", parent=f"t{n % 6}") for n in range(60)]
    rows += [Row(code=f"g{n}", name="格", parent=f"v{n % 60}") for n in range(120)]
    load_tree(rows, opened_on=OPENED, by=BY)


def environment() -> dict[str, str]:
    """What another process needs to meet this test's own database."""
    options = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{options['NAME']}"
    else:
        url = (
            f"postgres://{options['USER']}:{options['PASSWORD']}@{options['HOST']}:{options['PORT']}"
            f"/{options['NAME']}"
        )
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_six_processes_and_240_changes_leave_a_sound_tree() -> None:
    a_tree()
    grids, entries = Grid.objects.count(), Entry.objects.count()
    done = run(processes=6, steps=40)
    assert sum(done.values()) == 240
    assert min(done[kind] for kind in ("open", "move", "merge", "close")) > 0
    assert [str(damage) for damage in damages()] == []
    # Nothing is lost: each change that was reported as done is there, with its entry.
    assert Grid.objects.count() == grids + done["open"]
    assert Succession.objects.count() == done["merge"]
    assert Grid.objects.filter(closed_on__isnull=False).count() == done["merge"] + done["close"]
    said = {
        kind: Entry.objects.filter(app="grids", action=kind).count()
        for kind in ("open", "move", "merge", "close", "rename")
    }
    assert said == {kind: done[kind] for kind in said}
    assert Entry.objects.count() == entries + sum(said.values())
    roots = Grid.objects.filter(parent=None)
    assert roots.values("tree_id").distinct().count() == roots.count()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_changes_break_it() -> None:
    """The test above can fail: what it asserts does not hold by itself."""
    a_tree()
    done = run(processes=6, steps=40, how="unlocked")
    assert done["error"] or damages()


@pytest.mark.django_db(transaction=True)
def test_actions_read_their_nodes_under_the_lock() -> None:
    """A node read before someone else moved it must not decide: the action goes by the key alone."""
    a_tree()
    village, town = Grid.objects.get(code="v0"), Grid.objects.get(code="t1")
    actions.move_grid(village.pk, parent_id=town.pk, by=BY)
    actions.move_grid(Grid.objects.get(code="v6").pk, parent_id=town.pk, by=BY)
    actions.move_grid(village.pk, parent_id=Grid.objects.get(code="t2").pk, by=BY)
    assert damages() == []
