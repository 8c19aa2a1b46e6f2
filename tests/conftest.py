"""Fixtures for every test, and the rule that CI skips nothing."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings

from config.celery import app as celery_app


def pytest_configure() -> None:
    for folder in ("media", "broker/messages", "broker/control"):
        (settings.SCRATCH / folder).mkdir(parents=True)


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.SCRATCH, ignore_errors=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where CI=true a skipped test is a failed one: a missing server or browser must be seen."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


@pytest.fixture
def eager_tasks() -> Iterator[None]:
    """A task started in the test runs at once, in the test's own process; its error is the test's error."""
    celery_app.conf.task_always_eager = True
    celery_app.conf.task_eager_propagates = True
    try:
        yield
    finally:
        celery_app.conf.task_always_eager = False
        celery_app.conf.task_eager_propagates = False
