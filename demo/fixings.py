"""What fixes duties, tasks and methods in the demo, and who has acknowledged their list.

Towns differ: in some everyone has, in some a few have not. The two logins that read their duties in the story
have not either.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone

from demo.district import District
from demo.roles import LOGINS
from grids import charters
from grids.actions.charters import installed as charters_installed
from grids.models import Charter
from ledgers.actions import NOBODY, Draft
from people import defaults
from people.actions.common import draft
from people.actions.duties import content_of, of_duty_list
from people.actions.duties import installed as lists_installed
from people.duties import level_of
from people.models import Acknowledgement, DutyList, Posting
from people.queries import actor

SEED = 20260704
NOT_YET = ("worker", "village")
DONE = {login.username for login in LOGINS} - {*NOT_YET}
# Of a hundred people in post in a town, how many have not acknowledged; towns not named: none.
OWING = {"410173204": 6, "410173205": 2, "410173405": 14, "410173581": 4}


@dataclass
class Fixed:
    """The rows in the order in which they are written, and their entries by time."""

    charters: list[Charter] = field(default_factory=list)
    lists: list[DutyList] = field(default_factory=list)
    acknowledged: list[Acknowledgement] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


def build(district: District, *, since: datetime) -> Fixed:
    """The usual texts from the founding day on, and acknowledgements in the two weeks after it."""
    founded = district.founded
    fixed = Fixed(charters=charters.rows(since=founded), lists=defaults.rows(since=founded))
    for key, charter in enumerate(fixed.charters, start=1):
        charter.pk = key
    for key, duty_list in enumerate(fixed.lists, start=1):
        duty_list.pk = key
    root = district.grids[0]
    fixed.drafts = [
        charters_installed(root, fixed.charters, by=NOBODY, since=founded, at=since),
        *lists_installed(fixed.lists, by=NOBODY, at=since, where=district.places[root.pk]),
    ]
    _acknowledge(district, fixed)
    return fixed


def _acknowledge(district: District, fixed: Fixed) -> None:
    lists = {(row.role, row.level): row for row in fixed.lists}
    said = sorted(_said(district), key=lambda one: (one[1], one[0].pk))
    for key, (posting, at) in enumerate(said, start=1):
        duty_list = lists[posting.role, level_of(posting)]
        one = Acknowledgement(pk=key, duty_list=duty_list, posting=posting, at=at)
        fixed.acknowledged.append(one)
        fixed.drafts.append(
            draft(
                "acknowledge_duties",
                of_duty_list(duty_list),
                content_of(one, duty_list),
                by=actor(posting.person, posting),
                at=at,
                where=district.places[posting.home_id],
            )
        )


def _said(district: District) -> Iterator[tuple[Posting, datetime]]:
    """Who acknowledged when, in office hours."""
    rng = random.Random(SEED)
    for posting in district.postings:
        day = district.founded + timedelta(days=1 + rng.randrange(14))
        moment = datetime.combine(day, time(8 + rng.randrange(10), rng.randrange(60), rng.randrange(60)))
        late = rng.randrange(100)
        path = district.places[posting.home_id].path
        town = path.split("/")[2]  # "" at the district itself
        name = posting.person.username
        if name in DONE or (name not in NOT_YET and late >= OWING.get(town, 0)):
            yield posting, timezone.make_aware(moment)
