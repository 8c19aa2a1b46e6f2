"""Whatever stands in the cells, an import answers with faults, or does what it says and no more."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from common.errors import Invalid
from common.workbooks import Book, Row, Table
from people import actions, importing
from people.models import Posting, User
from people.sheets import PEOPLE, POSTINGS
from tests import factories
from tests.people.books import book

# Half of it makes sense, so that faults and sound rows come together.
NAMES = st.sampled_from(["worker", "leader", "former", "administrator", "new", "NEW", "new2", "Ｎｅｗ３", ""])
TEXT = st.text(max_size=12)
CODES = st.sampled_from(["410173001201-01", "410173001", "410173", "410173002201-01", "no-such", ""])
UNITS = st.sampled_from(["team", "department", "centre", "no-such", "", ""])
ROLES = st.sampled_from(["worker", "网格长", "Leader", "patrol_officer", "administrator", "boss", ""])
DAYS = st.sampled_from(
    ["2025-01-01", "2026-02-30", "2026/3/1", "2026年12月31日", "9999-12-31", "0001-01-01", "明天", "", ""]
)
PERSON = st.fixed_dictionaries(
    {},
    optional={
        "username": NAMES | TEXT,
        "name": TEXT | st.just("某"),
        "phone": TEXT,
        "active": TEXT | st.sampled_from(["是", "no", ""]),
    },
)
POSTING = st.fixed_dictionaries(
    {},
    optional={
        "username": NAMES | TEXT,
        "name": TEXT | st.just(""),
        "role": ROLES | TEXT,
        "grid": CODES | TEXT,
        "unit": UNITS | TEXT,
        "from": DAYS | TEXT,
        "last": DAYS | TEXT,
    },
)


def table(sheet, rows) -> Table:
    letters = {column.key: chr(65 + place) for place, column in enumerate(sheet.columns)}
    return Table(
        sheet, sheet.key, letters, [Row(number, cells) for number, cells in enumerate(rows, start=2)]
    )


class Garbage(TestCase):
    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(PERSON, max_size=5), st.lists(POSTING, max_size=6))
    def test_any_cells_give_faults_or_a_plan(self, people, postings) -> None:
        by = factories.make_cast(factories.grid_tree()).administrator
        found = importing.plan_book(
            Book({"people": table(PEOPLE, people), "postings": table(POSTINGS, postings)}),
            by=by,
        )
        for problem in found.problems:
            assert str(problem.message)
            assert problem.cell
        named = {one.row.username for one in found.posted}
        assert named <= {row.username for row in found.new} | set(
            User.objects.values_list("username", flat=True)
        )
        assert all(one.place.pk for one in found.posted)
        assert len(found.digest) == 64

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(NAMES, st.just("某"), st.just("1"), st.sampled_from(["是", ""])), max_size=3),
        st.lists(st.tuples(NAMES, st.just(""), ROLES, CODES, UNITS, DAYS, DAYS), max_size=4),
    )
    def test_what_has_no_fault_is_done_and_then_is_so(self, people, postings) -> None:
        content = book(people, postings)
        by = factories.make_cast(factories.grid_tree()).administrator
        found = importing.plan(content, by=by)
        before = (User.objects.count(), Posting.objects.count())
        if found.problems:
            with pytest.raises(Invalid):
                actions.import_people(content, by=by, digest=found.digest)
            assert (User.objects.count(), Posting.objects.count()) == before
            return
        actions.import_people(content, by=by, digest=found.digest)
        assert User.objects.count() == before[0] + len(found.new)
        assert Posting.objects.count() == before[1] + len(found.posted)
        again = importing.plan(content, by=by)
        assert not again.new
        assert not again.changed
        assert not again.posted
        assert not again.ended
