"""The worked example in the browser: sent, approved by another, applied, seen as of yesterday, taken back."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from grids.models import Grid, Plan, PlanState
from tests.journeys.conftest import Sit
from tests.journeys.test_the_story import no_sideways_scrolling

EXAMPLE = settings.BASE_DIR / "demo" / "data" / "restructuring-2018.xlsx"


def levels() -> Counter[int]:
    return Counter(Grid.objects.filter(closed_on__isnull=True).values_list("level", flat=True))


def address() -> str:
    return f"/grids/plans/{Plan.objects.latest('pk').pk}/"


def test_a_workbook_of_another_kind_is_refused_with_words(sit: Sit) -> None:
    with sit("admin") as seat:
        page = seat.open("/admin/grids/plan/add/")
        page.set_input_files("input[name=file]", str(settings.BASE_DIR / "demo" / "data" / "divisions.csv"))
        page.fill("input[name=note]", "郑政〔2026〕2号")
        page.locator(".submit-row button").click()
        expect(page.locator(".errorlist").first).to_contain_text("Excel")
        expect(page.locator("input[name=note]")).to_have_value("郑政〔2026〕2号")


def test_the_example_is_sent_and_shown(sit: Sit) -> None:
    with sit("admin") as seat:
        page = seat.open("/admin/grids/plan/add/")
        page.set_input_files("input[name=file]", str(EXAMPLE))
        page.locator(".submit-row button").click()
        page.wait_for_url(re.compile(r"/grids/plans/\d+/$"))
        rows = page.locator("section[aria-labelledby=figures] tbody tr")
        expect(rows.nth(1)).to_contain_text("一级网格")
        expect(rows.nth(2)).to_contain_text("134")
        expect(page.locator(".map path.map-area").first).to_be_visible()
        no_sideways_scrolling(page)
    assert levels() == {1: 1, 2: 8, 3: 146, 4: 777, 5: 3240}


def test_another_approves_it_on_a_phone_and_the_worker_applies_it(sit: Sit, worker: None) -> None:
    with sit("chief", phone=True) as seat:
        page = seat.open("/grids/plans/")
        no_sideways_scrolling(page)
        page.locator(".rows__row .card__link").first.click()
        no_sideways_scrolling(page)
        page.locator("form[action$='/approve/'] button").click()
        expect(page.locator(".messages")).to_contain_text("已批准")
    with sit("admin") as seat:
        page = seat.open(address())
        page.locator("form[action$='/apply/'] button").click()
        page.locator("dialog[open] [data-confirm-yes]").click()
        expect(page.locator("#state .badge", has_text="已实施")).to_be_visible(timeout=60_000)
    assert levels() == {1: 1, 2: 7, 3: 134, 4: 847, 5: 3240}
    call_command("check_tree")


def test_the_day_before_is_still_there(sit: Sit) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    with sit("viewer", phone=True) as seat:
        page = seat.open("/grids/")
        expect(page.locator(".tree > li > details > ul > li")).to_have_count(7)
        page.fill("input[name=on]", yesterday.isoformat())
        page.locator(".day-picker button").click()
        expect(page.locator(".callout")).to_contain_text(yesterday.isoformat())
        expect(page.locator(".tree > li > details > ul > li")).to_have_count(8)
        page.locator(".tree a", has_text="岗李乡").click()
        expect(page.locator("h1")).to_have_text("岗李乡")
        expect(page.locator(".callout").first).to_contain_text(yesterday.isoformat())
        no_sideways_scrolling(page)


def test_the_leader_of_the_larger_part_finds_the_work_of_both(sit: Sit) -> None:
    with sit("town", phone=True) as seat:
        page = seat.open("/incidents/")
        expect(page.locator("h1")).to_be_visible()
        page = seat.open("/people/me/")
        expect(page.locator("main")).to_contain_text("航空港高新技术产业区")
        no_sideways_scrolling(page)


def test_it_is_taken_back(sit: Sit) -> None:
    with sit("admin") as seat:
        page = seat.open(address())
        page.locator("form[action$='/roll-back/'] button").click()
        page.locator("dialog[open] [data-confirm-yes]").click()
        expect(page.locator("#state .badge", has_text="已撤回")).to_be_visible(timeout=60_000)
    assert Plan.objects.latest("pk").state == PlanState.ROLLED_BACK
    assert levels() == {1: 1, 2: 8, 3: 146, 4: 777, 5: 3240}
    call_command("check_tree")
