"""Two real processes on one incident: one wins each time, the other is told."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROUNDS = 200
SCRIPT = """
import json, sys, time
import django
django.setup()
from common.errors import StaleVersion
from incidents import actions
from people.models import User
results = []
for pk, start in json.loads(sys.argv[2]):
    while time.time() < start:
        pass
    try:
        actions.perform(pk, "escalate", by=User.objects.get(username="leader"), version=1, note=sys.argv[1])
        results.append("won")
    except StaleVersion as lost:
        results.append("lost" if lost.now == 2 else "wrong")
print(json.dumps(results))
"""
PREPARE = """
import json, sys
import django
django.setup()
from tests import factories
places = factories.grid_tree()
cast = factories.make_cast(places)
factories.catalogue()
print(json.dumps([factories.incident(places, cast).pk for _ in range(int(sys.argv[1]))]))
"""
CHECK = """
import django
django.setup()
from incidents.models import Incident, Step
from ledgers.models import Entry
assert set(Incident.objects.values_list("version", flat=True)) == {2}
assert Step.objects.filter(action="escalate").count() == Incident.objects.count()
assert Entry.objects.filter(action="escalate").count() == Incident.objects.count()
"""


@pytest.fixture
def database(tmp_path: Path):
    """A database of its own, with all tables, on the server or the file system the tests run on."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "x" * 50}
    if connection.vendor == "sqlite":
        yield env | {"DATABASE_URL": f"sqlite:///{tmp_path / 'two.sqlite3'}"}
        return
    given = settings.DATABASES["default"]
    name = f"two_at_once_{os.getpid()}"
    login = {
        "PGHOST": given["HOST"] or "localhost",
        "PGPORT": str(given["PORT"] or 5432),
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"] or "",
    }
    admin = os.environ | login
    subprocess.run([shutil.which("createdb") or "createdb", name], env=admin, check=True)
    try:
        auth = f"{login['PGUSER']}:{login['PGPASSWORD']}@{login['PGHOST']}:{login['PGPORT']}"
        yield env | {"DATABASE_URL": f"postgres://{auth}/{name}"}
    finally:
        subprocess.run([shutil.which("dropdb") or "dropdb", "--force", name], env=admin, check=True)


def run(code: str, env: dict[str, str], *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *args], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.django_db
def test_of_two_processes_one_wins_each_time(database):
    manage = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(manage, env=database, cwd=settings.BASE_DIR, check=True)
    keys = json.loads(run(PREPARE, database, str(ROUNDS)))
    begin = time.time() + 4  # both are loaded by then
    plan = json.dumps([(pk, begin + n * 0.05) for n, pk in enumerate(keys)])
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, name, plan],
            env=database, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("甲", "乙")
    ]  # fmt: skip
    results = []
    for racer in racers:
        output, errors = racer.communicate(timeout=90)
        assert racer.returncode == 0, errors
        results.append(json.loads(output))
    assert [sorted(pair) for pair in zip(*results, strict=True)] == [["lost", "won"]] * ROUNDS
    run(CHECK, database)
