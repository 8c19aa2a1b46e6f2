"""What the page of a plan calls things by."""

from __future__ import annotations

import pytest
from django.urls import reverse

from grids.models import Plan
from grids.restructuring.difference import as_text, difference
from tests.grids.restructuring.build import Book, District
from tests.grids.restructuring.test_pages import login, page


def names(district: District, plan: Plan, when: str) -> dict[str, str]:
    answer = login(district.second).get(
        reverse("grids:plan_map", args=[plan.pk]), {"level": "3", "when": when}
    )
    return {one["properties"]["code"]: one["properties"]["name"] for one in answer.json()["features"]}


def test_the_map_after_has_the_codes_and_the_names_after(district: District, book: Book) -> None:
    p = district.places
    old, other = p.village.code, p.other_village.code
    for row in book.grids:
        row[3] = "999" if row[3] == old else row[3]
    row = book.row(old)
    row[0], row[1], row[4] = "999", "新名", old
    for posting in book.postings:
        posting[3] = "999" if posting[3] == old else posting[3]
    plan = district.plan(book)
    before = {old: p.village.name, other: p.other_village.name}
    after = {"999": "新名", other: p.other_village.name}
    assert (names(district, plan, "before"), names(district, plan, "after")) == (before, after)
    applied = district.apply(plan)
    assert (names(district, applied, "before"), names(district, applied, "after")) == (before, after)


def test_a_warning_is_not_headed_by_the_title_of_the_plan(district: District, book: Book) -> None:
    p = district.places
    book.row(p.sibling_subgrid.code)[4] = f"{p.subgrid.code}:0.4"
    plan = district.plan(book)
    assert plan.warnings
    text = login(district.second).get(page(plan)).content.decode()
    assert "callout--soon" in text
    assert "callout__title" not in text


def test_the_text_of_a_plan_joins_figures_to_their_words_as_its_language_does(
    district: District, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.row(district.places.village.code)[1] = "改名"
    monkeypatch.setattr(
        "grids.restructuring.difference._",
        lambda text: "%(label)s：%(what)s" if text == "%(label)s: %(what)s" else text,
    )
    lines = [line for line in as_text(difference(district.plan(book))) if "：" in line or "1 → 1" in line]
    assert any("：1 → 1" in line for line in lines)
    assert not any(": " in line for line in lines if "→" in line)
