"""The demo district on this machine: `python -m config.demo`, started by `make demo`.

Prepares the database, then runs web server, worker and beat until one of them stops or a signal comes.
PORT names another port than 8000.
"""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from types import FrameType
from typing import TextIO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEMO", "true")
os.environ.setdefault("HTTPS_ONLY", "false")  # plain http on 127.0.0.1
os.environ.setdefault("LOG_LEVEL", "WARNING")

import django
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from config.broker import requeue_claimed
from demo.roles import LOGINS, PASSWORD

PATIENCE = 20  # seconds a child has to finish what it is doing
PR_SET_PDEATHSIG = 1  # Linux: the signal a child gets when its parent dies


def programs(port: int) -> dict[str, list[str]]:
    """The name and command of each process that makes up the installation."""
    # That the demo may run as root in a container need not be said at each start.
    python = [sys.executable, "-W", "ignore:You're running the worker", "-m"]
    celery = [*python, "celery", "--app", "config", "--quiet"]
    return {
        "web server": [
            *python, "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "warning",
        ],
        "worker": [
            *celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "warning",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ],
        "beat": [
            *celery, "beat", "--loglevel", "warning", "--pidfile", "",
            "--schedule", str(settings.VAR / "beat-schedule"),
        ],
    }  # fmt: skip


def prepare() -> None:
    """Database, demo data and static files, as far as they are not there yet."""
    for line, command, options in [
        ("Bringing the database up to date", "migrate", {"interactive": False}),
        ("Loading the demo district", "load_demo", {}),
        ("Collecting static files", "collectstatic", {"interactive": False}),
    ]:
        started = time.monotonic()
        print(f"{line} …", end=" ", flush=True)
        call_command(command, verbosity=0, **options)
        print(f"{time.monotonic() - started:.1f} s", flush=True)


def dies_with_parent() -> None:
    """Run in a child before its program: should this process be killed, the child is told to end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Starts a child in its own session, so that Ctrl-C reaches it once, from here."""
    return subprocess.Popen(  # noqa: S603 - our own commands
        command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=dies_with_parent
    )


def stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Asks every child to end, waits, and kills the group of one that does not."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE
    for name, child in children.items():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {name} does not end by itself and is killed.", file=sys.stderr, flush=True)
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def ended(children: dict[str, subprocess.Popen[bytes]]) -> str | None:
    """The name of a child that has ended, if one has."""
    return next((name for name, child in children.items() if child.poll() is not None), None)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True  # whatever it says, it is there
    except OSError:
        return False


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def only_one() -> TextIO | None:
    """A lock held until this process ends; None if another demo has it, whose data this one would share."""
    lock = (settings.VAR / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    return lock


def greet(address: str) -> None:
    """Prints where to go and who one can be there."""
    print(f"\n  {address}\n")
    for login in LOGINS:
        with translation.override("zh-hans"):
            chinese = f"{login.label}"
        with translation.override("en"):
            english = f"{login.label}: {login.does}"
        print(f"  {login.username:<12}{login.name}  {chinese} ({english})")
    print(f"\n  Password of each: {PASSWORD}")
    print("  Ctrl-C stops everything.\n", flush=True)


def run(port: int) -> int:
    """Starts the programs and stays until they are stopped (0) or one ends by itself (1)."""
    address = f"http://127.0.0.1:{port}/"
    children: dict[str, subprocess.Popen[bytes]] = {}
    stopping: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    greeted = False
    try:
        for name, command in programs(port).items():
            children[name] = start(command)
        while not stopping:
            if dead := ended(children):
                code = children[dead].returncode
                print(f"The {dead} has ended (code {code}); stopping the rest.", file=sys.stderr, flush=True)
                return 1
            if not greeted and answers(f"{address}accounts/login/"):
                greet(address)
                greeted = True
            time.sleep(0.2)
        return 0
    finally:
        stop(children)


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    port = int(os.environ.get("PORT") or 8000)
    django.setup()
    lock = only_one()
    if lock is None:
        print("The demo already runs from this folder.", file=sys.stderr)
        return 1
    if not port_is_free(port):
        print(f"Port {port} is in use. Name another: PORT=8001 make demo", file=sys.stderr)
        return 1
    prepare()
    if not settings.REDIS_URL:
        requeue_claimed(settings.BROKER_DIR)
    return run(port)


if __name__ == "__main__":
    sys.exit(main())
