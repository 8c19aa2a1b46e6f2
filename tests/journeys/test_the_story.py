"""The main job, each step by its own role's login; a step begins where the one before it ended."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from assessments.models import Run, RunState
from demo.roles import DEPARTMENT, LOGINS
from grids.models import Grid
from incidents.models import Incident
from incidents.rules import State
from inspections.models import Visit
from people.models import Unit
from tests.journeys.conftest import Seat, Sit, Story

WORDS = "料堆未覆盖,大风时扬尘明显"


def no_sideways_scrolling(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def fill_photos(page: Page, *photos: Path) -> None:
    page.set_input_files("input[type=file][name=photos]", [str(photo) for photo in photos])


def drag(page: Page, what: Locator, where: Locator) -> None:
    """As a hand does it: the drag begins before the page scrolls to where it ends."""
    what.scroll_into_view_if_needed()
    what.hover(position={"x": 60, "y": 14})
    page.mouse.down()
    box = what.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 70, box["y"] + 18, steps=4)
    where.hover(position={"x": 60, "y": 14})
    where.hover(position={"x": 64, "y": 14})
    page.mouse.up()


def act(seat: Seat, story: Story, action: str, *, note: str = "", photos: tuple[Path, ...] = ()) -> Page:
    """Open the incident, choose a step, fill it and send it."""
    page = seat.open(story.incident_url)
    page.click(f"[data-act={action}]")
    form = page.locator(f"form[action*='/act/{action}/']")
    form.wait_for()
    if note:
        form.locator("textarea[name=note]").fill(note)
    if photos:
        fill_photos(page, *photos)
    form.locator("button[type=submit]").click()
    form.wait_for(state="detached")
    return page


def incident(story: Story) -> Incident:
    return Incident.objects.get(number=story.number)


def in_my_list(seat: Seat, story: Story) -> None:
    """The incident waits in this person's own list."""
    page = seat.open("/incidents/?tab=act&q=" + story.number)
    expect(page.get_by_role("link", name=story.number)).to_be_visible()


# ---- step 2


def test_a_worker_inspects_and_reports_on_a_phone(sit: Sit, story: Story, photos: list[Path]) -> None:
    with sit("worker", phone=True) as seat:
        page = seat.open("/inspections/")
        expect(page.get_by_text("今日已巡查").first).to_be_visible()
        no_sideways_scrolling(page)
        first = page.locator(".rows__row .card__link").first
        story.site = first.inner_text().strip()
        first.click()
        expect(page.locator("[data-position-state]")).to_have_attribute("data-state", "found")
        no_sideways_scrolling(page)

        # Sent too early: the errors stand beside their fields and what was typed stays.
        page.fill("textarea[name=note]", "现场检查")
        page.get_by_role("button", name="提交巡查记录").click()
        expect(page.get_by_text("请选择一项。").first).to_be_visible()
        expect(page.locator("textarea[name=note]")).to_have_value("现场检查")

        questions = page.locator("fieldset:has(input[name^=answer_])")
        for n in range(questions.count()):
            questions.nth(n).locator("label").nth(1 if n == 0 else 0).click()
        fill_photos(page, photos[0])
        page.locator("label.switch", has=page.locator("input[name=problem]")).click()
        expect(page.locator("#problem")).to_be_visible()
        page.select_option("select[name=problem-category]", index=1)
        page.locator("#problem label", has=page.locator("input[value=serious]")).click()
        page.fill("textarea[name=problem-description]", WORDS)
        no_sideways_scrolling(page)
        page.get_by_role("button", name="提交巡查记录").click()
        page.wait_for_url(re.compile(r"/inspections/visits/\d+/$"))
        expect(page.locator(".messages")).to_contain_text("问题已上报")

        visit = Visit.objects.select_related("incident").order_by("-pk")[0]
        assert visit.incident is not None
        story.number = visit.incident.number
        story.incident_url = f"/incidents/{visit.incident.pk}/"
        assert visit.site.name == story.site
        assert visit.accuracy == 12
        assert visit.photos.count() == 1
        expect(page.locator(".photos img")).to_have_count(1)
        page.locator(".card__link", has_text=story.number).click()
        expect(page.get_by_text(WORDS).first).to_be_visible()


# ---- step 3


def test_it_comes_up_the_tree_to_the_command_centre(sit: Sit, story: Story) -> None:
    for username in ("subgrid", "village", "town"):
        with sit(username, phone=True) as seat:
            in_my_list(seat, story)
            page = act(seat, story, "escalate", note="超出本级处置能力,请上级协调")
            no_sideways_scrolling(page)
    assert incident(story).state == State.TO_FILE
    with sit("dispatcher") as seat:
        page = seat.open("/incidents/desk/?q=" + story.number)
        expect(page.locator("[data-queue-item]", has_text=story.number)).to_be_visible()


def test_settling_on_the_spot_is_offered_to_the_sub_grid(sit: Sit, photos: list[Path]) -> None:
    with sit("worker", phone=True) as seat:
        page = seat.open("/incidents/new/")
        page.select_option("select[name=grid]", index=1)
        page.select_option("select[name=category]", index=1)
        page.locator("label", has=page.locator("input[name=severity][value=ordinary]")).click()
        page.fill("textarea[name=description]", "垃圾未及时清运")
        page.locator("form[data-draft=incident-new] .action-bar button[type=submit]").click()
        page.wait_for_url(re.compile(r"/incidents/\d+/$"))
        other = Story(incident_url="/incidents/" + page.url.rstrip("/").rsplit("/", 1)[1] + "/")
    with sit("subgrid", phone=True) as seat:
        act(seat, other, "settle", note="已当场清运", photos=(photos[0], photos[1]))
    with sit("village") as seat:
        act(seat, other, "close")
    settled = Incident.objects.get(pk=int(other.incident_url.split("/")[2]))
    assert (settled.state, settled.settled_on_spot) == (State.CLOSED, True)


# ---- step 4


def test_the_dispatcher_files_and_dispatches_across(sit: Sit, story: Story) -> None:
    department = Unit.objects.get(code=DEPARTMENT)
    with sit("dispatcher") as seat:
        act(seat, story, "file")
        page = seat.open(story.incident_url)
        page.click("[data-act=dispatch]")
        form = page.locator("form[action*='/act/dispatch/']")
        form.locator("select[name=target]").select_option(f"unit-{department.pk}")
        form.locator("button[type=submit]").click()
        form.wait_for(state="detached")
        expect(page.get_by_text(department.name).first).to_be_visible()
    found = incident(story)
    assert (found.state, found.holder_unit) == (State.DISPATCHED, department)
    assert found.due_at is not None


def test_a_stale_page_says_what_happened_and_keeps_the_text(sit: Sit, story: Story) -> None:
    with sit("department") as late, sit("department") as quick:
        page = late.open(story.incident_url + "?act=send_back")
        act(quick, story, "accept")
        page.fill("textarea[name=note]", "不属于本部门职责")
        page.locator("form[action*='/act/send_back/'] button[type=submit]").click()
        expect(page.get_by_text("不属于本部门职责")).to_be_visible()
    assert incident(story).state == State.HANDLING


# ---- step 5


def test_it_is_handled_returned_once_closed_and_looked_back_at(
    sit: Sit, story: Story, photos: list[Path]
) -> None:
    before, after = photos
    with sit("department") as seat:
        in_my_list(seat, story)
        act(seat, story, "feed_back", note="已责令覆盖", photos=(before,))
    with sit("dispatcher") as seat:
        act(seat, story, "return", note="照片中仍有裸露,请补充覆盖")
    assert incident(story).rework_count == 1
    with sit("department") as seat:
        act(seat, story, "feed_back", note="已全部覆盖并洒水", photos=(after,))
    with sit("dispatcher") as seat:
        act(seat, story, "close", note="整改到位")
    assert incident(story).state == State.CLOSED
    assert incident(story).look_backs.filter(done_step__isnull=True).count() == 1
    with sit("patrol", phone=True) as seat:
        page = seat.open("/incidents/look-backs/")
        no_sideways_scrolling(page)
        page = act(seat, story, "look_back_pass", note="未反弹", photos=(after,))
        no_sideways_scrolling(page)
    assert incident(story).look_backs.filter(passed=True).count() == 1


# ---- step 6


def test_the_half_year_is_assessed_and_read(sit: Sit, worker: None, tmp_path: Path) -> None:
    with sit("assessor") as seat:
        for period in ("2026H1", "2026"):
            page = seat.open("/assessments/")
            page.select_option("select[name=period]", period)
            page.locator("form:has(select[name=period]) button[type=submit]").click()
            page.wait_for_url(re.compile(r"/assessments/\d+/$"))
            expect(page.locator(".table tbody tr").first).to_be_visible(timeout=120_000)
    run = Run.objects.get(period="2026H1", state=RunState.DONE)
    with sit("viewer") as seat:
        page = seat.open(f"/assessments/{run.pk}/")
        expect(page.locator(".table tbody tr")).to_have_count(8)
        chart = page.locator("img[src*='chart.svg']")
        chart.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector(\"img[src*='chart.svg']\").naturalWidth > 0")
        with page.expect_download() as waiting:
            page.click("a[href*='report.xlsx']")
        assert waiting.value.suggested_filename.endswith(".xlsx")
        waiting.value.save_as(tmp_path / "report.xlsx")
        assert (tmp_path / "report.xlsx").read_bytes()[:2] == b"PK"
        page.locator(".table tbody a.row-link").first.click()
        page.locator(".table tbody a.row-link").first.click()
        page.wait_for_url(re.compile(r"/items/\d+/$"))
        page.locator(".table a[href^='/incidents/'], .table a[href^='/inspections/visits/']").last.click()
        expect(page.locator("h1")).to_be_visible()


# ---- step 7


def test_a_village_dragged_to_another_town_becomes_a_plan_and_moves(sit: Sit, worker: None) -> None:
    village = Grid.objects.filter(level=3, closed_on__isnull=True).order_by("code")[3]
    assert village.parent is not None
    town = (
        Grid.objects.filter(level=2, closed_on__isnull=True).exclude(pk=village.parent_id).order_by("code")[0]
    )
    with sit("admin") as seat:
        page = seat.open("/admin/grids/grid/tree/")
        page.locator(f"[data-grid='{village.parent_id}'] > details > summary").click(
            position={"x": 6, "y": 14}
        )
        dragged = page.locator(f"[data-grid='{village.pk}']")
        dragged.wait_for()
        drag(page, dragged, page.locator(f"[data-grid='{town.pk}']"))
        page.wait_for_url(re.compile(r"/edit/\?act=move"))
        expect(page.locator("input[name=target]")).to_have_value(town.code)
        page.fill("input[name=note]", "郑政〔2026〕1号")
        page.locator(".submit-row button.default").click()
        page.wait_for_url(re.compile(r"/grids/plans/\d+/$"))
        expect(page.locator(".tree").first).to_contain_text(village.name)
        assert Grid.objects.get(pk=village.pk).parent_id == village.parent_id
        address = page.url.removeprefix(seat.base)
        expect(page.locator("form[action$='/approve/']")).to_have_count(0)  # not by whoever made it
    with sit("chief", phone=True) as seat:
        page = seat.open(address)
        no_sideways_scrolling(page)
        page.locator("form[action$='/approve/'] button").click()
        expect(page.locator(".messages")).to_contain_text("已批准")
    with sit("admin") as seat:
        page = seat.open(address)
        page.locator("form[action$='/apply/'] button").click()
        page.locator("dialog[open] [data-confirm-yes]").click()
        expect(page.locator("#state .badge", has_text="已实施")).to_be_visible(timeout=60_000)
    assert Grid.objects.get(pk=village.pk).parent_id == town.pk
    call_command("check_tree")


# ---- step 8


def test_each_act_is_in_the_ledger(sit: Sit, story: Story) -> None:
    with sit("chief") as seat:
        page = seat.open("/ledger/?subject=" + story.number)
        rows = page.locator(".table tbody tr")
        expect(rows).to_have_count(incident(story).steps.count())
        assert incident(story).steps.count() == 12
        page = seat.open("/ledger/?kind=inspections.visit")
        expect(page.locator(".table tbody tr", has_text=story.site).first).to_be_visible()
        page = seat.open("/ledger/?kind=grids.grid")
        expect(page.locator(".table tbody tr").first).to_be_visible()


def test_the_first_page_of_each_role_fits_both_screens_in_both_languages(sit: Sit) -> None:
    for login in LOGINS:
        for phone, language in ((True, "zh-hans"), (False, "en")):
            with sit(login.username, phone=phone, language=language) as seat:
                page = seat.open("/")
                expect(page.locator("h1")).to_be_visible()
                no_sideways_scrolling(page)
