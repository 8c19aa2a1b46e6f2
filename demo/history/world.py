"""What the generated past is told in: the district, its people, the calendar, the pictures."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

from PIL import Image

from demo import photos
from demo.catalogues import Catalogues
from demo.district import District
from demo.history.axis import Axis, midnight
from demo.history.quality import TOWNS, Quality
from demo.history.texts import scene_of
from demo.roles import COMMAND_CENTRE
from grids.models import Grid, Site
from incidents.deadlines import due
from incidents.models import Category, DeadlineRule
from ledgers.models import StoredFile
from people.models import Posting, Unit
from people.rules import Relation, Right, rights


@dataclass
class World:
    """Lookups over rows that are not yet written. ``cutoff`` is the first moment of the demo's day."""

    district: District
    lists: Catalogues
    files: dict[str, StoredFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.calendar = {day.day: day.working for day in self.lists.days}
        self.axis = Axis(self.calendar)
        self.cutoff = midnight(self.today)
        self.centre: Unit = self.district.unit_by_code[COMMAND_CENTRE]
        self.grids: dict[int, Grid] = {grid.pk: grid for grid in self.district.grids}
        self._paths = {key: place.path for key, place in self.district.places.items()}
        self.lines = {grid.pk: self._line(grid) for grid in self.district.grids}

    @property
    def today(self) -> date:
        return self.district.today

    @property
    def begins(self) -> datetime:
        """Twelve months before the cut-off."""
        return midnight(date(self.today.year - 1, self.today.month, min(self.today.day, 28)))

    @cached_property
    def site_of(self) -> dict[int, Site]:
        return {site.grid_id: site for site in self.district.sites}

    @cached_property
    def by_code(self) -> dict[str, Category]:
        return {row.code: row for row in self.lists.categories}

    @cached_property
    def _limits(self) -> dict[tuple[int | None, str], DeadlineRule]:
        return {(row.category_id, row.severity): row for row in self.lists.deadlines}

    def _line(self, grid: Grid) -> dict[int, Grid]:
        """Level → the grid at or above."""
        line = {}
        at: Grid | None = grid
        while at is not None:
            line[at.level] = at
            at = self.grids[at.parent_id] if at.parent_id else None
        return line

    def at_level(self, grid: Grid, level: int) -> Grid:
        return self.lines[grid.pk][level]

    def quality(self, grid: Grid) -> Quality:
        return TOWNS[self.at_level(grid, 2).code]

    def rule(self, category: Category, severity: str) -> DeadlineRule:
        """The deadline rule that applies: the category's own, its class's, or the one for any."""
        for key in (category.pk, category.parent_id, None):
            found = self._limits.get((key, severity))
            if found:
                return found
        raise ValueError(f"no deadline for {category.code} {severity}")

    def due(self, category: Category, severity: str, start: datetime) -> datetime:
        rule = self.rule(category, severity)
        return due(start, rule.amount, rule.clock, self.calendar)

    def holds(self, posting: Posting, right: Right, grid: Grid) -> bool:
        """Whether a posting gives a right over a grid, its own or one below."""
        home = posting.home_id
        if home == grid.pk:
            return right in rights(posting.role, Relation.SAME)
        above = self._paths[grid.pk].startswith(self._paths[home])
        return above and right in rights(posting.role, Relation.ABOVE)

    def leaders(self, grid: Grid) -> list[Posting]:
        """Who may hold for a grid, its leader first."""
        return [p for p in self.district.in_grid[grid.pk] if Right.HOLD in rights(p.role, Relation.SAME)]

    def staff(self, unit: Unit | str) -> list[Posting]:
        key = unit if isinstance(unit, str) else unit.code
        return self.district.in_unit[self.district.unit_by_code[key].pk]

    def patrol(self, grid: Grid) -> list[Posting]:
        """The patrol officers of the town in which a grid lies."""
        return self.staff(f"U-XC-{self.at_level(grid, 2).code}")

    def before(self, category: str) -> StoredFile:
        """The picture of a trouble of this category."""
        return self.files[photos.BEFORE[scene_of(category)]]

    def after(self, category: str) -> StoredFile:
        """The picture of the same place put right."""
        return self.files[photos.AFTER[scene_of(category)]]


def stored_files(today: date) -> dict[str, StoredFile]:
    """The demo's pictures by name, as rows that name each file by its content."""
    rows = {}
    for key, path in enumerate(photos.paths(), start=1):
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        with Image.open(path) as image:
            width, height = image.size
        rows[path.stem] = StoredFile(
            pk=key,
            sha256=digest,
            file=f"files/{digest[:2]}/{digest}.jpg",
            size=len(content),
            content_type="image/jpeg",
            width=width,
            height=height,
            stored_at=midnight(date(today.year - 2, 1, 1)).astimezone(UTC),
        )
    return rows
