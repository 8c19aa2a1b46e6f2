"""Rows of the demo district: tree with lineage and boundaries, sites, units, people and their postings.

Every key is set here, counted from one, so that the same date gives the same rows on any database.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from demo import roles
from demo.geography import Area, geography, polygon
from demo.names import person_name, phone
from demo.sites import SitePoint, sites
from grids.models import Boundary, Grid, LevelLabel, Lineage, Site
from grids.rules import SITE_LEVEL
from ledgers.actions import Place
from people.models import Posting, Role, Unit, UnitKind, User

SEED = 20260703
SALT = "demonstrationOnlyNoSecret"

LEVEL_LABELS = (
    (1, "区", "District"),
    (2, "镇(办)", "Town"),
    (3, "村(社区)", "Village"),
    (4, "四级网格", "Sub-grid"),
    (5, "网格点", "Site"),
)
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
    """The rows in the order in which they are written, and who is where."""

    today: date
    grids: list[Grid] = field(default_factory=list)
    lineage: list[Lineage] = field(default_factory=list)
    labels: list[LevelLabel] = field(default_factory=list)
    boundaries: list[Boundary] = field(default_factory=list)
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
        """The day from which everything stands: before every day the demo speaks of."""
        return date(self.today.year - 2, 1, 1)

    def posted(self, grid: Grid | Unit, *wanted: Role) -> list[Posting]:
        """The postings of these roles in a grid or unit, in the order of their keys."""
        rows = self.in_grid if isinstance(grid, Grid) else self.in_unit
        return [p for p in rows.get(grid.pk, ()) if p.role in wanted]


def build(today: date) -> District:
    """Every row of the district as of a day; nothing is written."""
    district = District(today)
    _tree(district)
    _labels(district)
    _units(district)
    _people(district)
    return district


def _tree(district: District) -> None:
    world = geography()
    children: dict[str, list[Area | SitePoint]] = {}
    for area in world.areas:
        children.setdefault(area.parent, []).append(area)
    for point in sites():
        children.setdefault(point.sub_grid, []).append(point)
    counter = iter(range(1, 2 * (len(world.areas) + len(sites())) + 1))

    def grow(row: Area | SitePoint, line: list[Grid]) -> None:
        level = len(line) + 1
        grid = Grid(
            pk=len(district.grids) + 1,
            code=row.code,
            name=row.name,
            level=level,
            parent=line[-1] if line else None,
            opened_on=district.founded,
            tree_id=1,
            mptt_level=level - 1,
            lft=next(counter),
        )
        district.grids.append(grid)
        district.by_code[row.code] = grid
        path = [*line, grid]
        district.places[grid.pk] = Place(
            grid_id=grid.pk, name=grid.name, path="/" + "/".join(g.code for g in path) + "/"
        )
        for depth, above in enumerate(reversed(path)):
            district.lineage.append(
                Lineage(
                    pk=len(district.lineage) + 1,
                    ancestor=above,
                    descendant=grid,
                    depth=depth,
                    valid_from=district.founded,
                )
            )
        if isinstance(row, Area):
            _bound(district, grid, row)
        else:
            _dossier(district, grid, row)
        for child in children.get(row.code, ()):
            grow(child, path)
        grid.rght = next(counter)

    grow(world.district, [])


def _bound(district: District, grid: Grid, area: Area) -> None:
    district.boundaries.append(
        Boundary(
            pk=len(district.boundaries) + 1,
            grid=grid,
            geometry=polygon(area.ring),
            valid_from=district.founded,
            illustrative=True,
        )
    )


def _dossier(district: District, grid: Grid, point: SitePoint) -> None:
    if grid.level != SITE_LEVEL:
        raise ValueError(f"{point.code} does not lie under a sub-grid")
    lon, lat = (Decimal(v).scaleb(-6) for v in point.point)
    district.sites.append(
        Site(
            grid=grid,
            kind=point.kind,
            risk=point.risk,
            address=point.address,
            lon=lon,
            lat=lat,
            contact_name=point.contact_name,
            contact_phone=point.contact_phone,
            illustrative=True,
        )
    )


def _labels(district: District) -> None:
    for level, name, name_en in LEVEL_LABELS:
        label = LevelLabel(pk=level, level=level, name=name, name_en=name_en, valid_from=district.founded)
        district.labels.append(label)


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
        in_grid = isinstance(seat.where, Grid)
        posting = Posting(
            pk=key,
            person=user,
            grid=seat.where if in_grid else None,
            unit=None if in_grid else seat.where,
            role=seat.role,
            valid_from=district.founded,
        )
        district.people.append(user)
        district.postings.append(posting)
        district.person[key] = user
        rows = district.in_grid if in_grid else district.in_unit
        rows.setdefault(seat.where.pk, []).append(posting)
