"""What is typed around a plan: its day, the basket of edits, the files of the command."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids.models import Grid, Plan
from tests.grids.restructuring.build import Book, District
from tests.grids.restructuring.test_pages import login, page, upload

NO_DAYS = ["0001-01-01", "1949-09-30", "2099-01-01", "9999-12-31"]


@pytest.mark.parametrize("day", NO_DAYS)
def test_a_day_that_can_only_be_a_slip_is_refused_with_the_workbook(
    district: District, book: Book, day: str
) -> None:
    answer = upload(login(district.cast.administrator), book.content(), on=day)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "1949-10-01" in str(answer.context["form"].errors["on"])  # type: ignore[attr-defined]
    assert not Plan.objects.exists()


@pytest.mark.parametrize("day", NO_DAYS)
def test_the_command_refuses_it_too(district: District, book: Book, tmp_path: Path, day: str) -> None:
    file = tmp_path / "target.xlsx"
    file.write_bytes(book.content())
    with pytest.raises(CommandError, match="1949-10-01"):
        restructure("plan", str(file), "--effective", day)
    assert not Plan.objects.exists()


@pytest.mark.parametrize("day", NO_DAYS)
def test_it_is_refused_when_the_tree_is_changed_by_hand(district: District, day: str) -> None:
    answer = edit(login(district.cast.administrator), district.places.village, "move", "12", on=day)
    assert "on" in answer.context["form"].errors  # type: ignore[attr-defined]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_plan_that_is_stored_with_such_a_day_can_be_looked_at(
    district: District, book: Book, day: date
) -> None:
    book.row(district.places.village.code)[1] = "改名"
    plan = district.plan(book)
    Plan.objects.filter(pk=plan.pk).update(effective_on=day)
    assert login(district.second).get(page(plan)).status_code == 200


@pytest.mark.parametrize("name", ["missing/tree.xlsx", "."])
def test_an_export_that_cannot_be_written_is_told_in_a_sentence(
    district: District, tmp_path: Path, name: str
) -> None:
    with pytest.raises(CommandError, match="tree.xlsx|pytest"):
        restructure("export", str(tmp_path / name))


def restructure(*words: str) -> None:
    call_command("restructure", *words, "--by", "administrator", stdout=io.StringIO())


# ---- the basket


def edit(client: Client, grid: Grid, act: str, target: str, **more: str) -> object:
    cache.clear()
    data = {"act": act, "target": target, "on": timezone.localdate().isoformat(), "later": "1"} | more
    return client.post(reverse("admin:grids_grid_edit", args=[grid.pk]), data)


def test_what_an_earlier_line_merged_has_no_part_in_a_later_one(district: District) -> None:
    p = district.places
    client = login(district.cast.administrator)
    edit(client, p.village, "move", p.other_town.code)
    edit(client, p.subgrid, "merge", p.sibling_subgrid.code)
    for grid, act, target, field in (
        (p.subgrid, "move", p.other_village.code, "__all__"),
        (p.subgrid, "merge", p.other_subgrid.code, "__all__"),
        (p.other_subgrid, "merge", p.subgrid.code, "target"),
    ):
        answer = edit(client, grid, act, target)
        assert answer.status_code == 422  # type: ignore[attr-defined]
        (text,) = answer.context["form"].errors[field]  # type: ignore[attr-defined]
        assert "2" in text
        assert p.subgrid.name in text
        assert p.sibling_subgrid.code in text
    assert len(client.get(reverse("admin:grids_grid_tree")).context["basket"].lines) == 2


def test_nothing_is_opened_below_a_grid_that_an_earlier_line_merged(district: District) -> None:
    p = district.places
    client = login(district.cast.administrator)
    edit(client, p.other_village, "merge", p.village.code)
    answer = edit(client, p.other_village, "open", "", code="999", name="新网格", leader="chief")
    assert answer.status_code == 422  # type: ignore[attr-defined]


def test_what_lies_below_a_merged_grid_can_still_be_moved(district: District) -> None:
    p = district.places
    client = login(district.cast.administrator)
    edit(client, p.other_village, "merge", p.village.code)
    assert edit(client, p.subgrid, "move", p.other_village.code).status_code == 422  # type: ignore[attr-defined]
    assert edit(client, p.other_subgrid, "move", p.village.code).status_code == 302  # type: ignore[attr-defined]
