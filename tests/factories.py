"""Rows for tests, each room in a section of its own. Plain functions; nothing is written to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from grids import rules
from grids.models import Grid, Lineage, Naming, Plan, Risk, Site, SiteKind
from incidents import actions as incident_actions
from incidents.models import Category, Incident, JointPart
from incidents.rules import WORKFLOW, Action, Outcome, Severity
from ledgers.actions import Actor
from people.models import Posting, Role, Unit, UnitKind, User

OPENED = date(2025, 1, 1)
PASSWORD = "wangge-2026"
SYSTEM = Actor(user_id=None, name="系统")
_number = count(1)

# ---- grids


def grid(code: str, name: str, *, parent: Grid | None = None, opened_on: date = OPENED) -> Grid:
    """One open grid with its lineage rows."""
    with rules.tree_writes():
        above = Grid.objects.get(pk=parent.pk) if parent else None
        new = Grid(
            code=code, name=name, level=above.level + 1 if above else 1, parent=above, opened_on=opened_on
        )
        new.save(force_insert=True)
    line = (
        Lineage.objects.filter(descendant=above, valid_to__isnull=True) if above else Lineage.objects.none()
    )
    Lineage.objects.bulk_create(
        [
            Lineage(ancestor_id=row.ancestor_id, descendant=new, depth=row.depth + 1, valid_from=opened_on)
            for row in line
        ]
        + [Lineage(ancestor=new, descendant=new, depth=0, valid_from=opened_on)]
    )
    Naming.objects.create(grid=new, code=code, name=name, valid_from=opened_on)
    return new


def site(
    code: str,
    name: str,
    *,
    parent: Grid,
    kind: str = SiteKind.ENTERPRISE,
    risk: str = Risk.KEY,
    opened_on: date = OPENED,
) -> Grid:
    """One open site point with its dossier; returns the grid of level 5."""
    new = grid(code, name, parent=parent, opened_on=opened_on)
    Site.objects.create(grid=new, kind=kind, risk=risk, lon="113.850000", lat="34.520000")
    return new


@dataclass(frozen=True)
class Places:
    """A small district. What begins with ``other_`` lies in the other town, ``sibling_`` beside ours."""

    district: Grid
    town: Grid
    other_town: Grid
    village: Grid
    other_village: Grid
    subgrid: Grid
    sibling_subgrid: Grid
    other_subgrid: Grid
    site: Grid
    sibling_site: Grid
    other_site: Grid
    centre: Unit
    department: Unit
    team: Unit


def grid_tree() -> Places:
    """The district of the tests, with a command centre, a department and a patrol team of the town."""
    district = grid("410173", "航空港区")
    town = grid("410173001", "新港街道", parent=district)
    other_town = grid("410173002", "郑港街道", parent=district)
    village = grid("410173001201", "岗李村", parent=town)
    other_village = grid("410173002201", "薛店村", parent=other_town)
    subgrid = grid("410173001201-01", "岗李村第1网格", parent=village)
    sibling_subgrid = grid("410173001201-02", "岗李村第2网格", parent=village)
    other_subgrid = grid("410173002201-01", "薛店村第1网格", parent=other_village)
    return Places(
        district=district,
        town=town,
        other_town=other_town,
        village=village,
        other_village=other_village,
        subgrid=subgrid,
        sibling_subgrid=sibling_subgrid,
        other_subgrid=other_subgrid,
        site=site("410173001201-01-001", "恒源建材厂", parent=subgrid),
        sibling_site=site(
            "410173001201-02-001", "岗李集贸市场", parent=sibling_subgrid, kind=SiteKind.MARKET
        ),
        other_site=site("410173002201-01-001", "薛店小区", parent=other_subgrid, kind=SiteKind.COMPOUND),
        centre=unit("centre", "指挥中心", grid=district, kind=UnitKind.COMMAND_CENTRE),
        department=unit("department", "执法大队", grid=district, kind=UnitKind.DEPARTMENT),
        team=unit("team", "新港街道巡查队", grid=town, kind=UnitKind.PATROL_TEAM),
    )


def plan(places: Places, by: User, **more: Any) -> Plan:
    """A plan that changes nothing, waiting to be approved."""
    given: dict[str, Any] = {
        "root": places.district,
        "title": "网格调整",
        "source": "workbook",
        "effective_on": timezone.localdate(),
        "state": "planned",
        "target": {},
        "operations": [],
        "objections": [],
        "summary": {"levels": [], "kinds": {}, "sites": {}, "effects": []},
        "base_version": 1,
        "digest": "0" * 64,
        "planned_by": by,
        "planned_at": timezone.now(),
    } | more
    return Plan.objects.create(**given)


# ---- people


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def unit(code: str, name: str, *, grid: Grid, kind: str) -> Unit:
    return Unit.objects.create(code=code, name=name, grid=grid, kind=kind, opened_on=OPENED)


def posting(
    person: User,
    role: str,
    *,
    grid: Grid | None = None,
    unit: Unit | None = None,
    valid_from: date = OPENED,
    valid_to: date | None = None,
) -> Posting:
    return Posting.objects.create(
        person=person, role=role, grid=grid, unit=unit, valid_from=valid_from, valid_to=valid_to
    )


def person(
    role: str | None = None,
    *,
    grid: Grid | None = None,
    unit: Unit | None = None,
    name: str = "",
    username: str = "",
    valid_from: date = OPENED,
    valid_to: date | None = None,
) -> User:
    """A person with password ``PASSWORD`` and, if a role is given, one posting in a grid or a unit."""
    n = next(_number)
    new = User.objects.create(
        username=username or f"person{n}", name=name or f"人员{n}", phone=f"1380000{n:04}", password=_hashed()
    )
    if role is not None:
        posting(new, role, grid=grid, unit=unit, valid_from=valid_from, valid_to=valid_to)
    return new


@dataclass(frozen=True)
class Cast:
    """The fixed people of every test of rights."""

    worker: User  # of the sub-grid
    leader: User  # of the sub-grid
    village_leader: User
    town_leader: User
    chief: User  # of the district
    sibling: User  # leader of the sibling sub-grid
    other_town_leader: User
    officer: User  # of the department
    dispatcher: User  # of the command centre
    patrol: User  # of the town's patrol team
    assessor: User
    viewer: User
    administrator: User
    former: User  # leader of the sub-grid until yesterday


def make_cast(places: Places) -> Cast:
    yesterday = timezone.localdate() - timedelta(days=1)
    leader = Role.LEADER
    return Cast(
        worker=person(Role.WORKER, grid=places.subgrid, username="worker"),
        leader=person(leader, grid=places.subgrid, username="leader"),
        village_leader=person(leader, grid=places.village, username="village_leader"),
        town_leader=person(leader, grid=places.town, username="town_leader"),
        chief=person(Role.CHIEF_LEADER, grid=places.district, username="chief"),
        sibling=person(leader, grid=places.sibling_subgrid, username="sibling"),
        other_town_leader=person(leader, grid=places.other_town, username="other_town_leader"),
        officer=person(Role.DEPARTMENT_OFFICER, unit=places.department, username="officer"),
        dispatcher=person(Role.DISPATCHER, unit=places.centre, username="dispatcher"),
        patrol=person(Role.PATROL_OFFICER, unit=places.team, username="patrol"),
        assessor=person(Role.ASSESSOR, grid=places.district, username="assessor"),
        viewer=person(Role.VIEWER, grid=places.district, username="viewer"),
        administrator=person(Role.ADMINISTRATOR, grid=places.district, username="administrator"),
        former=person(leader, grid=places.subgrid, username="former", valid_to=yesterday),
    )


# ---- incidents


def picture(name: str = "photo.jpg", colour: str = "green") -> SimpleUploadedFile:
    """A small real photo, as a form sends it."""
    output = BytesIO()
    Image.new("RGB", (64, 48), colour).save(output, "JPEG")
    return SimpleUploadedFile(name, output.getvalue(), content_type="image/jpeg")


def catalogue() -> Category:
    """The default categories, deadlines and calendar; returns one category to use."""
    incident_actions.install_defaults()
    return Category.objects.get(code="8201")


def incident(places: Places, cast: Cast, *, severity: str = Severity.ORDINARY, **more: Any) -> Incident:
    """One incident just reported by the worker at the site; needs ``catalogue()`` once."""
    category = more.pop("category", None) or Category.objects.filter(code="8201").first() or catalogue()
    given: dict[str, Any] = {
        "by": cast.worker,
        "grid": places.site,
        "description": "工地道路未洒水，扬尘明显。",
    } | more
    return incident_actions.report(category=category, severity=severity, **given)


def advance(case: Incident, *steps: tuple[str, User], at: datetime | None = None, **more: Any) -> Incident:
    """Carry an incident along these (action, by), each with all an action may need.

    ``more`` is given to the acts that name a target or an original; the rest is made up here.
    """
    for action, by in steps:
        needs = WORKFLOW[Action(action)].needs
        given: dict[str, Any] = more if needs & {"target", "original"} else {}
        if "document" in needs:
            given |= {"document_number": "环办〔2026〕12号"}
        if "amount" in needs:
            given |= {"amount": 2}
        if "outcome" in needs:
            given |= {"outcome": Outcome.FINE}
        if "helper" in needs:
            given |= {"helper": JointPart.objects.filter(incident=case, ended_step=None).first()}
        version = Incident.objects.values_list("version", flat=True).get(pk=case.pk)
        incident_actions.perform(
            case.pk,
            action,
            by=by,
            version=version,
            note="已到现场处理。",
            photos=[picture()] if "photo" in needs else [],
            at=at,
            **given,
        )
    return Incident.objects.get(pk=case.pk)
