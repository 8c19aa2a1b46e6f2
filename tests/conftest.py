"""Fixtures for every test, and the rule that CI skips nothing."""

import os
import shutil
from collections.abc import Generator, Iterator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from config.celery import app as celery_app
from grids import areas
from tests import factories, flush


def pytest_configure() -> None:
    flush.install()
    for folder in ("media", "broker/messages", "broker/control"):
        (settings.SCRATCH / folder).mkdir(parents=True)


def pytest_unconfigure() -> None:
    shutil.rmtree(settings.SCRATCH, ignore_errors=True)


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Where CI=true a skipped test is a failed one: a missing server or browser must be seen."""
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse_skip(report)
    return report


def vacuum() -> None:
    """Clear away what a large load left on PostgreSQL when it was rolled back.

    The dead rows of one test would else be read by every plan of the next, which counts none of them.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        tables = connection.introspection.django_table_names(only_existing=True)
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(sorted(tables))}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    yield
    if item.get_closest_marker("loads"):
        with item.config.stash[blocking_manager_key].unblock():
            vacuum()


@pytest.fixture(autouse=True)
def _no_areas_of_another_test() -> None:
    """What is kept in memory of areas is told by commits, which most tests never make."""
    areas.forget()


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


@pytest.fixture
def places(db: None) -> factories.Places:
    """A small district: two towns, two villages, three sub-grids, three sites, three units."""
    return factories.grid_tree()


@pytest.fixture
def cast(places: factories.Places) -> factories.Cast:
    """The fixed people of every test of rights, by role."""
    return factories.make_cast(places)
