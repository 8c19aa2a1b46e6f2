"""Whatever stands in the cells is told as a fault or imported, and there and back is the same."""

import io
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from common.errors import Invalid
from grids import actions, dossiers
from grids.check import damages
from grids.models import FacilityState, PermitKind, Pollution, Risk, SiteKind
from grids.sitebooks import sheets
from tests.factories import Cast, Places
from tests.grids.dossiers.build import book, exported, full, row, said

RELAXED = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
GARBAGE = st.one_of(
    st.none(),
    TEXT,
    st.sampled_from(["", "企业", "enterprise", "重点", "2026-02-30", "20260101", "NaN", "1e999", "sNaN", "-0",
                     "１１３", "_x0000_", "_xD800_", "_x000D_", "=1+1", "#REF!", "长期", "long-term", "0"]),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(9999, 12, 31)),
    st.datetimes(datetime(1901, 1, 1), datetime(9999, 12, 31)),
    st.just(time(12, 30)),
)  # fmt: skip


def scribbled(rows: dict[str, list[dict[str, Any]]]) -> bytes:
    """A workbook as a spreadsheet program writes any kind of cell."""
    made = openpyxl.Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for sheet in sheets.ALL:
        if sheet.key in rows:
            page = made.create_sheet(sheet.key)
            page.append([column.key for column in sheet.columns])
            for cells in rows[sheet.key]:
                try:
                    page.append([cells.get(column.key) for column in sheet.columns])
                except IllegalCharacterError:  # the program itself would not have it
                    page.append([])
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def lines(sheet: sheets.Sheet, codes: list[str], cells: Any) -> Any:
    line = st.fixed_dictionaries(
        {column.key: cells for column in sheet.columns} | {"code": st.one_of(st.sampled_from(codes), cells)}
    )
    return st.lists(line, max_size=6)


@RELAXED
@given(data=st.data())
def test_any_cells_give_faults_or_a_sound_tree(places: Places, cast: Cast, data: st.DataObject) -> None:
    codes = [places.site.code, places.other_site.code, places.subgrid.code, "new-1"]
    rows = {sheet.key: data.draw(lines(sheet, codes, GARBAGE), sheet.key) for sheet in sheets.ALL}
    content = scribbled(rows)
    planned = actions.preview_sites(places.district.pk, content, by=cast.administrator)
    for problem in planned.problems:
        assert str(problem)
    with transaction.atomic():
        try:
            actions.import_sites(places.district.pk, content, by=cast.administrator, digest=planned.digest)
            assert not planned.problems
            assert damages() == []
        except Invalid:
            assert planned.problems
        transaction.set_rollback(True)


@RELAXED
@given(st.binary(max_size=400))
def test_any_file_is_refused_with_words(places: Places, cast: Cast, content: bytes) -> None:
    for one in (content, b"PK\x03\x04" + content):
        with pytest.raises(Invalid) as refused:
            actions.preview_sites(places.district.pk, one, by=cast.administrator)
        assert refused.value.fields["file"]


def one_of(choices: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([str(value) for value in choices.values])


SIGNS = st.characters(exclude_categories=("Cs", "Cc"))
NAME = st.text(SIGNS, min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
DAY = st.one_of(st.just(""), st.dates(date(1800, 1, 1), date(2026, 1, 1)).map(date.isoformat))
DOSSIER = st.builds(
    lambda main, sources, permits, facilities: dossiers.made(
        main, {"sources": sources, "permits": permits, "facilities": facilities}
    ),
    st.fixed_dictionaries(
        {
            "kind": one_of(SiteKind),
            "risk": one_of(Risk),
            "lon": st.decimals(-180, 180, places=6),
            "lat": st.decimals(-90, 90, places=6),
            "address": st.text(SIGNS, max_size=60),
            "contact_phone": st.text(SIGNS, max_size=20),
            "surveyed_on": DAY,
            "remarks": st.text(st.one_of(SIGNS, st.sampled_from("\n\t")), max_size=80),
        }
    ),
    st.lists(st.fixed_dictionaries({"kind": one_of(Pollution), "name": NAME}), max_size=3),
    st.lists(
        st.fixed_dictionaries({"kind": one_of(PermitKind), "number": NAME, "valid_until": DAY}), max_size=3
    ),
    st.lists(
        st.fixed_dictionaries({"name": NAME, "treats": one_of(Pollution), "state": one_of(FacilityState)}),
        max_size=3,
    ),
)


@RELAXED
@given(DOSSIER)
def test_there_and_back_every_dossier_is_the_same(places: Places, cast: Cast, content: Any) -> None:
    if list(dossiers.faults(content, today=date(2026, 11, 24))):
        return  # a name of signs that are no letters
    with transaction.atomic():
        actions.change_dossier(places.site.pk, content, by=cast.worker, version=1)
        assert said(places.site) == content
        planned = actions.preview_sites(places.town.pk, exported(places.town), by=cast.chief)
        assert planned.problems == []
        assert [change.changes() for change in planned.changed] == []
        transaction.set_rollback(True)


@RELAXED
@given(DOSSIER, DOSSIER)
def test_a_difference_is_empty_for_equal_dossiers_alone(one: Any, other: Any) -> None:
    assert dossiers.difference(one, one) == []
    assert bool(dossiers.difference(one, other)) == (one != other)
    merged, both = dossiers.merge(one, one, other)
    assert (merged, both) == (other, [])
    merged, both = dossiers.merge(one, other, one)
    assert (merged, both) == (other, [])


def test_a_scribbled_row_beside_good_ones_stops_them_all(places: Places, cast: Cast) -> None:
    content = book([row(places.site, address="新"), row(places.other_site, lon="x")])
    assert actions.preview_sites(places.district.pk, content, by=cast.administrator).problems
    assert said(places.site) != full()
