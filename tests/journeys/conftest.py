"""A real Chromium, a demo district that lasts for the whole story, and a watch for what must not be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.management import call_command
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from config.celery import app as celery_app
from demo.roles import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
HERE = {"latitude": 34.5201, "longitude": 113.8501, "accuracy": 12}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journeys)
            item.add_marker(pytest.mark.timeout(300))
            item.add_marker(pytest.mark.django_db)  # so that the database is made


@pytest.fixture
def _django_db_helper() -> None:
    """No transaction round a step: what it does lasts to the end of the story (see ``district``)."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("No Chromium is installed.")
    # Playwright keeps a loop running in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def district(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo district, loaded once; what one step does is there for the next."""
    with django_db_blocker.unblock():
        call_command("load_demo", stdout=StringIO())
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def server(district: None) -> Iterator[str]:
    live = LiveServer("127.0.0.1")
    yield live.url
    live.stop()


@pytest.fixture(scope="module")
def worker(district: None) -> Iterator[None]:
    """A real Celery worker over the tests' own broker, in a thread of its own."""
    with start_worker(celery_app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        yield


@dataclass
class Story:
    """What the steps hand on to each other."""

    site: str = ""
    number: str = ""
    incident_url: str = ""
    ledger: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def story() -> Story:
    return Story()


@dataclass
class Seat:
    """Someone at a screen; ``page`` is logged in."""

    page: Page
    base: str

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page


Sit = Callable[..., Any]


@pytest.fixture
def sit(browser: Browser, server: str) -> Sit:
    """``with sit("worker", phone=True) as seat``: log in, and fail if the page misbehaves meanwhile."""

    @contextmanager
    def enter(username: str, *, phone: bool = False, language: str = "zh-hans") -> Iterator[Seat]:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            is_mobile=phone,
            has_touch=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=HERE,  # type: ignore[arg-type]
            permissions=["geolocation"],
        )
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "django_language", "value": language, "url": server}])
        page = context.new_page()
        troubles = _watch(page, server)
        page.goto(server + "/accounts/login/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.click("form:has(input[name=password]) button[type=submit]")
        page.wait_for_url(lambda address: "/accounts/login/" not in address)
        try:
            yield Seat(page, server)
            assert troubles == []
        finally:
            context.close()

    return enter


def _watch(page: Page, server: str) -> list[str]:
    """Errors of scripts and of the policy, failing answers, and requests to any other host."""
    troubles: list[str] = []
    host = urlsplit(server).netloc
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on(
        "console",
        lambda said: (
            troubles.append(f"console: {said.text}") if "Content Security Policy" in said.text else None
        ),
    )
    page.on(
        "request",
        lambda asked: (
            troubles.append(f"other host: {asked.url}")
            if asked.url.startswith("http") and urlsplit(asked.url).netloc != host
            else None
        ),
    )
    page.on(
        "response",
        lambda got: (
            troubles.append(f"{got.status}: {got.url}")
            if got.status >= 500 or (got.status == 404 and "/static/" in got.url)
            else None
        ),
    )
    return troubles


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two photos that differ, of a size a phone would send after its own scaling."""
    folder = tmp_path_factory.mktemp("photos")
    made = []
    for name, ground in (("before", "#8a7a5c"), ("after", "#4f7a5c")):
        image = Image.new("RGB", (1200, 900), ground)
        ImageDraw.Draw(image).rectangle(
            (200, 400, 1000, 850), fill="#c9b58c" if name == "before" else "#335c40"
        )
        path = folder / f"{name}.jpg"
        image.save(path, "JPEG")
        made.append(path)
    return made
