"""What a workbook of people would change: read against the people of today, every fault told at once.

Nothing is written here. Who or what the workbook does not name stays as it is: an import enters, changes and
ends what its rows say, and never takes a missing row for a wish.
"""

from __future__ import annotations

import io

from common.workbooks import Book, read
from people.importing.known import gather
from people.importing.planner import Planner
from people.importing.shapes import ImportPlan
from people.models import User
from people.sheets import PEOPLE, POSTINGS, SHEETS, read_people, read_postings

__all__ = ["ImportPlan", "plan", "plan_book"]


def plan(content: bytes, *, by: User, lock: bool = False) -> ImportPlan:
    """What the workbook would change if ``by`` imported it now; ``lock`` keeps its people as they are.

    Raises ``NotAWorkbook`` for a file that is none.
    """
    return plan_book(read(io.BytesIO(content), SHEETS), by=by, lock=lock)


def plan_book(book: Book, *, by: User, lock: bool = False) -> ImportPlan:
    people, postings = book.tables.get(PEOPLE.key), book.tables.get(POSTINGS.key)
    person_rows = read_people(people, book.problems) if people else []
    posting_rows = read_postings(postings, book.problems) if postings else []
    known = gather(person_rows, posting_rows, by=by, lock=lock)
    planner = Planner(people, postings, known=known, by=by, problems=book.problems)
    return planner.plan(person_rows, posting_rows)
