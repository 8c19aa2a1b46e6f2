"""A target state gives operations; what it means for areas, sites and people; nothing is written by it."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from common.errors import Invalid, NotAllowed
from grids import actions
from grids.models import PlanState
from grids.restructuring.difference import as_text, difference
from grids.restructuring.export import workbook
from ledgers.models import Entry
from people.models import Posting, Role, Unit
from tests import factories
from tests.grids.restructuring.build import Book, District, box, kinds, snapshot, told, without_postings


def test_the_exported_workbook_unchanged_plans_to_nothing(district: District, book: Book) -> None:
    plan = district.plan(book)
    assert (plan.state, plan.operations, plan.objections) == (PlanState.PLANNED, [], [])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_export_in_either_language_is_read_in_either(district: District, language: str) -> None:
    with translation.override(language):
        content = workbook(district.root.pk)
    with translation.override("en" if language == "zh-hans" else "zh-hans"):
        plan = actions.plan_workbook(
            content, root_id=district.root.pk, on=timezone.localdate(), by=district.cast.administrator
        )
    assert (plan.operations, plan.objections) == ([], [])


def test_planning_writes_the_plan_and_its_entry_and_nothing_else(district: District, book: Book) -> None:
    before, entries = snapshot(), Entry.objects.count()
    book.row(district.places.village.code)[3] = district.places.other_town.code
    plan = district.plan(book)
    assert snapshot() == before
    assert Entry.objects.count() == entries + 1
    entry = Entry.objects.get(app="grids", action="plan")
    assert (entry.subject_id, entry.role) == (str(plan.pk), Role.ADMINISTRATOR)


def test_a_move_takes_the_boundaries_of_both_towns_along(district: District, book: Book) -> None:
    p = district.places
    book.row(p.village.code)[3] = p.other_town.code
    plan = district.plan(book)
    assert kinds(plan) == {"move": 1, "area": 1}
    area = next(one for one in plan.operations if one["kind"] == "area")
    assert area["code"] == p.other_town.code
    assert plan.warnings != []  # the town left without a village has no land to be drawn from


def test_a_village_merged_into_another(district: District, book: Book) -> None:
    p = district.places
    book.drop(p.village.code).row(p.other_village.code)[4] = p.village.code
    for code in (p.subgrid.code, p.sibling_subgrid.code):
        book.row(code)[3] = p.other_village.code
    plan = district.plan(without_postings(book))
    assert told(plan) == []
    assert kinds(plan) == {"close": 1, "merge": 1, "move": 2, "area": 2, "end_posting": 1}
    merged = next(one for one in plan.operations if one["kind"] == "merge")
    assert merged["data"]["of"] == [[p.village.code, "1"]]


def test_two_villages_become_one_new_and_the_leader_of_the_larger_leads_it(
    district: District, book: Book
) -> None:
    p = district.places
    book.row(p.other_village.code)[3] = p.town.code
    book.drop(p.village.code, p.other_village.code)
    book.add(["new", "新村", 3, p.town.code, f"{p.village.code}; {p.other_village.code}"])
    for code in (p.subgrid.code, p.sibling_subgrid.code, p.other_subgrid.code):
        book.row(code)[3] = "new"
    plan = district.plan(without_postings(book))
    assert told(plan) == []
    reposts = [one for one in plan.operations if one["kind"] == "repost"]
    assert [one["data"]["place_code"] for one in reposts] == ["new"]
    assert kinds(plan)["end_posting"] == 1
    area = next(one for one in plan.operations if one["kind"] == "area" and one["code"] == "new")
    assert area["data"]["source"] == "union"


def test_a_new_code_with_one_whole_predecessor_is_a_renumbering(district: District, book: Book) -> None:
    p = district.places
    row = book.row(p.village.code)
    row[0], row[1], row[4] = "410173001999", "岗李社区", p.village.code
    for code in (p.subgrid.code, p.sibling_subgrid.code):
        book.row(code)[3] = "410173001999"
    plan = district.plan(without_postings(book))
    assert told(plan) == []
    assert kinds(plan) == {"rename": 1, "renumber": 1}


def test_sites_of_a_divided_grid_go_by_boundary(district: District, book: Book) -> None:
    p = district.places
    book.add(["new", "新网格", 4, p.village.code, f"{p.subgrid.code}:0.5"])
    book.lead("leader", "new")
    book.draw(
        **{p.subgrid.code: box(113.84, 34.50, 113.86, 34.515), "new": box(113.84, 34.515, 113.86, 34.54)}
    )
    plan = district.plan(book)  # the site lies at 113.85, 34.52
    assert told(plan) == []
    moved = next(one for one in plan.operations if one["level"] == 5)
    assert (moved["code"], moved["data"]["to_code"], moved["data"]["why"]) == (p.site.code, "new", "boundary")
    assert kinds(plan)["split"] == 1


def test_without_a_boundary_sites_stay_with_what_stays_and_that_is_said(
    district: District, book: Book
) -> None:
    p = district.places
    book.add(["new", "新网格", 4, p.village.code, f"{p.subgrid.code}:40%"])
    book.lead("leader", "new")
    plan = district.plan(book)
    assert "move_site" not in kinds(plan)
    assert any("new" in str(one) for one in plan.warnings)


def test_a_row_for_a_site_moves_that_site(district: District, book: Book) -> None:
    p = district.places
    book.add([p.site.code, p.site.name, 5, p.sibling_subgrid.code])
    plan = district.plan(book)
    assert kinds(plan) == {"move_site": 1}
    assert plan.operations[0]["data"]["why"] == "sheet"


def test_names_of_levels_change_with_it(district: District, book: Book) -> None:
    book.sheets["层级名称"] = [
        ["级别", "名称", "英文名称"],
        [1, "总网格", "Total grid"],
        [2, "一级网格", "First"],
    ]
    plan = district.plan(book)
    assert kinds(plan) == {"relabel": 2}


def test_units_and_postings_are_what_their_sheets_say(district: District, book: Book) -> None:
    p = district.places
    book.units[:] = [row for row in book.units if row[0] != p.team.code]
    book.units.append(["group", "工作组", "第一工作组", "", p.district.code])
    book.unpost(p.team.code)
    book.postings.append(["patrol", "", "部门经办人", "", "group"])
    book.postings.append(["worker", "", "网格员", p.sibling_subgrid.code, ""])
    book.postings[:] = [row for row in book.postings if row[:4:3] != ["worker", p.subgrid.code]]
    plan = district.plan(book)
    assert told(plan) == []
    assert kinds(plan) == {"open_unit": 1, "close_unit": 1, "repost": 1, "post": 1, "end_posting": 1}


def test_administrators_are_no_matter_of_a_workbook(district: District, book: Book) -> None:
    assert not any("administrator" in row for row in book.postings)
    book.unpost(district.root.code).lead("chief", district.root.code, "总网格长")
    district.carry_out(book)
    assert Posting.objects.filter(role=Role.ADMINISTRATOR, valid_to__isnull=True).count() == 2


def test_the_difference_reads_in_words(district: District, book: Book) -> None:
    p = district.places
    book.row(p.village.code)[3] = p.other_town.code
    text = "\n".join(as_text(difference(district.plan(book))))
    assert f"{p.village.code} {p.village.name}" in text
    assert f"{p.other_town.code} {p.other_town.name}" in text


@pytest.mark.parametrize("who", ["chief", "town_leader", "dispatcher", "viewer", "worker", "former"])
def test_only_an_administrator_of_the_district_plans(district: District, book: Book, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.plan_workbook(
            book.content(),
            root_id=district.root.pk,
            on=timezone.localdate(),
            by=getattr(district.cast, who),
        )


def test_what_is_no_workbook_is_refused_with_words(district: District) -> None:
    for content in (b"", b"PK\x03\x04 no", b"code,name\n1,2\n"):
        with pytest.raises(Invalid) as refused:
            actions.plan_workbook(
                content, root_id=district.root.pk, on=timezone.localdate(), by=district.cast.administrator
            )
        assert set(refused.value.fields) == {"file"}


def test_a_day_before_the_last_change_is_objected_to(district: District, book: Book) -> None:
    actions.move_grid(
        district.places.village.pk,
        parent_id=district.places.other_town.pk,
        by=factories.SYSTEM,
    )
    plan = district.plan(book, on=timezone.localdate() - timedelta(days=1))
    assert ("too_early", "网格", None, "") in told(plan)


def test_a_unit_whose_home_is_closed_goes_to_who_takes_over(district: District, book: Book) -> None:
    p = district.places
    book.drop(p.town.code).row(p.other_town.code)[4] = p.town.code
    book.row(p.village.code)[3] = p.other_town.code
    del book.sheets["单位"]
    plan = district.plan(without_postings(book))
    assert told(plan) == []
    assert kinds(plan)["change_unit"] == 1
    district.apply(plan)
    assert Unit.objects.get(pk=p.team.pk).grid_id == p.other_town.pk
