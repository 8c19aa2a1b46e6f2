"""Rows of the demo district: the tree with areas and sites, units, people and their postings.

Keys are set here, counted from one, so that the same date gives the same rows on any database.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from demo import roles
from demo.geography import geography, polygon
from demo.names import person_name, phone
from demo.sites import SitePoint, sites
from grids.bulk import Row
from grids.models import Grid, Site
from ledgers.actions import Place
from people.models import Posting, Role, Unit, UnitKind, User

SEED = 20260703
SALT = "demonstrationOnlyNoSecret"

DEPARTMENTS = (
    ("U-BM1", "生态环境分局", "Ecology and Environment Branch"),
    ("U-BM2", "城市管理局", "Urban Management Bureau"),
    ("U-BM3", "建设局", "Construction Bureau"),
    ("U-BM4", "市场监督管理局", "Market Regulation Bureau"),
)
WORK_GROUPS = (
    ("U-GZ1", "环境监管第一工作组", "First Supervision Work Group"),
    ("U-GZ2", "环境监管第二工作组", "Second Supervision Work Group"),
)
PATROL_STAFF = 49  # as in the programme's form of 2018


@dataclass
class District:
    """The loaded tree, the rows still to be written, and who is where."""

    today: date
    grids: list[Grid] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    # derived
    places: dict[int, Place] = field(default_factory=dict)
    by_code: dict[str, Grid] = field(default_factory=dict)
    unit_by_code: dict[str, Unit] = field(default_factory=dict)
    in_grid: dict[int, list[Posting]] = field(default_factory=dict)
    in_unit: dict[int, list[Posting]] = field(default_factory=dict)
    person: dict[int, User] = field(default_factory=dict)

    @property
    def founded(self) -> date:
        return founded(self.today)

    def posted(self, grid: Grid | Unit, *wanted: Role) -> list[Posting]:
        """The postings of these roles in a grid or unit, in the order of their keys."""
        rows = self.in_grid if isinstance(grid, Grid) else self.in_unit
        return [p for p in rows.get(grid.pk, ()) if p.role in wanted]


def founded(today: date) -> date:
    """The day from which everything stands: before every day the demo speaks of."""
    return date(today.year - 2, 1, 1)


def rows() -> list[Row]:
    """The tree as it is to be loaded; keys count from one down each branch in turn."""
    world = geography()
    below: dict[str, list[Row]] = {}
    for area in world.areas:
        row = Row(code=area.code, name=area.name, parent=area.parent, geometry=polygon(area.ring))
        below.setdefault(area.parent, []).append(row)
    for point in sites():
        below.setdefault(point.sub_grid, []).append(_site(point))
    found: list[Row] = []

    def walk(code: str) -> None:
        for row in below.get(code, ()):
            found.append(replace(row, key=len(found) + 1))
            walk(row.code)

    walk("")
    return found


def _site(point: SitePoint) -> Row:
    lon, lat = (Decimal(v).scaleb(-6) for v in point.point)
    dossier = {
        "kind": point.kind,
        "risk": point.risk,
        "address": point.address,
        "lon": lon,
        "lat": lat,
        "contact_name": point.contact_name,
        "contact_phone": point.contact_phone,
    }
    return Row(code=point.code, name=point.name, parent=point.sub_grid, site=dossier)


def build(today: date, given: Iterable[Row], grids: Mapping[str, Grid]) -> District:
    """Everyone and everything on the loaded tree; nothing is written."""
    district = District(today, grids=list(grids.values()), by_code=dict(grids))
    for row in given:
        grid = grids[row.code]
        path = f"{district.places[grid.parent_id].path if grid.parent_id else '/'}{grid.code}/"
        district.places[grid.pk] = Place(grid_id=grid.pk, name=grid.name, path=path)
        if row.site is not None:
            district.sites.append(Site(grid=grid, **row.site))
    _units(district)
    _people(district)
    return district


def _units(district: District) -> None:
    root = district.grids[0]
    towns = [grid for grid in district.grids if grid.level == 2]
    rows = [(roles.COMMAND_CENTRE, "环境监管指挥中心", "Command Centre", UnitKind.COMMAND_CENTRE, root)]
    rows += [(code, name, en, UnitKind.DEPARTMENT, root) for code, name, en in DEPARTMENTS]
    rows += [(code, name, en, UnitKind.WORK_GROUP, root) for code, name, en in WORK_GROUPS]
    rows += [
        (f"U-XC-{t.code}", f"{t.name}巡查队", f"Patrol Team of {t.name}", UnitKind.PATROL_TEAM, t)
        for t in towns
    ]
    for code, name, name_en, kind, grid in rows:
        unit = Unit(
            pk=len(district.units) + 1,
            code=code,
            name=name,
            name_en=name_en,
            kind=kind,
            grid=grid,
            opened_on=district.founded,
        )
        district.units.append(unit)
        district.unit_by_code[code] = unit


@dataclass(frozen=True)
class _Seat:
    username: str
    role: Role
    where: Grid | Unit


def _seats(district: District) -> Iterator[_Seat]:
    """Every place to be filled, the demo's logins among them, from the top of the tree down."""
    root = district.grids[0]
    for username, role in (
        ("chief", Role.CHIEF_LEADER),
        ("chief2", Role.CHIEF_LEADER),
        ("assessor", Role.ASSESSOR),
        ("viewer", Role.VIEWER),
        ("admin", Role.ADMINISTRATOR),
    ):
        yield _Seat(username, role, root)
    teams = 0
    for unit in district.units:
        match unit.kind:
            case UnitKind.COMMAND_CENTRE:
                names, role = ["dispatcher", "dispatcher2", "dispatcher3", "dispatcher4"], Role.DISPATCHER
            case UnitKind.DEPARTMENT:
                names = [f"department-{unit.code[2:].lower()}-{i}" for i in range(1, 4)]
                role = Role.DEPARTMENT_OFFICER
                if unit.code == roles.DEPARTMENT:
                    names[0] = "department"
            case UnitKind.WORK_GROUP:
                names = [f"group-{unit.code[2:].lower()}-{i}" for i in range(1, 5)]
                role = Role.PATROL_OFFICER
            case _:
                teams += 1
                names = [f"patrol-{unit.grid.code}-{i}" for i in range(1, 8 if teams == 1 else 7)]
                role = Role.PATROL_OFFICER
                if unit.code == roles.PATROL_TEAM:
                    names[0] = "patrol"
        yield from (_Seat(name, role, unit) for name in names)
    kinds = {2: "town", 3: "village", 4: "subgrid"}
    lines = {roles.TOWN, roles.VILLAGE, roles.SUB_GRID}
    for grid in district.grids:
        if grid.level not in kinds:
            continue
        kind = kinds[grid.level]
        yield _Seat(kind if grid.code in lines else f"{kind}-{grid.code}", Role.LEADER, grid)
        if grid.level == 2:
            yield from (_Seat(f"deputy-{grid.code}-{i}", Role.DEPUTY, grid) for i in (1, 2))
        if grid.level == 4:
            yield _Seat("worker" if grid.code in lines else f"worker-{grid.code}-1", Role.WORKER, grid)
            yield _Seat(f"worker-{grid.code}-2", Role.WORKER, grid)


def _people(district: District) -> None:
    rng = random.Random(SEED)
    given = {login.username: login.name for login in roles.LOGINS}
    password = make_password(roles.PASSWORD, salt=SALT)
    joined = datetime(district.founded.year, 1, 1, tzinfo=UTC) - timedelta(hours=8)
    for key, seat in enumerate(_seats(district), start=1):
        name = person_name(rng)
        user = User(
            pk=key,
            username=seat.username,
            password=password,
            name=given.get(seat.username, name),
            phone=phone(10, key),
            date_joined=joined,
            is_staff=seat.role == Role.ADMINISTRATOR,
        )
        posting = Posting(
            pk=key,
            person=user,
            grid=seat.where if isinstance(seat.where, Grid) else None,
            unit=seat.where if isinstance(seat.where, Unit) else None,
            role=seat.role,
            valid_from=district.founded,
        )
        district.people.append(user)
        district.postings.append(posting)
        district.person[key] = user
        rows = district.in_grid if isinstance(seat.where, Grid) else district.in_unit
        rows.setdefault(seat.where.pk, []).append(posting)
