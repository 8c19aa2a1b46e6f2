"""Sites by workbook: looked at first, then all of it in one transaction or nothing."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import workbooks
from common.errors import Invalid, StaleVersion
from grids import dated, lineage, numbering, queries, rules
from grids.actions.dossier_rows import Signed, Written, write
from grids.actions.dossiers import keeper
from grids.dated import BATCH, batches
from grids.locks import tree_lock
from grids.models import Grid, Lineage, Naming, Site
from grids.sitebooks import sheets
from grids.sitebooks.plan import Changed, New, Planned, plan
from grids.sitebooks.sheets import SiteBook
from ledgers.actions import Actor, Draft, Subject, record
from ledgers.files import store_content
from ledgers.models import StoredFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def keep_workbook(grid_id: int, content: bytes, *, by: Any) -> StoredFile:
    """Keep a workbook until its import is confirmed, and after it. Raises ``NotAllowed``."""
    keeper(by, grid_id)
    return store_content(content, content_type=XLSX, suffix=".xlsx")


def preview_sites(grid_id: int, content: bytes, *, by: Any) -> Planned:
    """What a workbook would do to the sites at and below a grid; nothing is written.

    Raises ``NotAllowed``, and ``Invalid`` on ``file`` for what is no workbook.
    """
    keeper(by, grid_id)
    return plan(_read(content), grid_id=grid_id, today=timezone.localdate())


def import_sites(
    grid_id: int, content: bytes, *, by: Any, digest: str | None = None, note: str = ""
) -> Planned:
    """Open, change, move and name sites as a workbook says. One that changes nothing writes nothing.

    ``digest`` is that of the preview the person saw. Raises ``NotAllowed``; ``Invalid`` on ``file`` for what
    is no workbook or has problems; ``StaleVersion`` where it would no longer do what was seen.
    """
    book = _read(content)  # takes seconds: before anything is locked
    with tree_lock():
        who = keeper(by, grid_id)
        planned = plan(book, grid_id=grid_id, today=timezone.localdate())
        _check(planned, digest)
        if not planned.new and not planned.changed:
            return planned
        _write(planned, grid_id, Signed(by_id=by.pk, at=timezone.now(), note=note))
        _record(planned, grid_id, who, content, note)
    return planned


def _read(content: bytes) -> SiteBook:
    try:
        return sheets.read(io.BytesIO(content))
    except workbooks.NotAWorkbook as fault:
        raise Invalid({"file": str(fault)}) from None


def _check(planned: Planned, digest: str | None) -> None:
    if planned.problems:
        first, n = planned.problems[0], len(planned.problems)
        raise Invalid(
            {
                "file": ngettext(
                    "%(n)s cell is to be mended first (%(cell)s: %(message)s). Nothing was imported.",
                    "%(n)s cells are to be mended first (%(cell)s: %(message)s, …). Nothing was imported.",
                    n,
                )
                % {"n": n, "cell": first.cell, "message": first.message}
            }
        )
    if digest is not None and planned.digest != digest:
        raise StaleVersion(
            _("Sites have been changed since you looked. Nothing was imported; look at it once more."),
            seen=0,
            now=0,
        )


# ---- written


def _write(planned: Planned, grid_id: int, signed: Signed) -> None:
    today = timezone.localdate()
    tree_id = Grid.objects.values_list("tree_id", flat=True).get(pk=grid_id)
    grids = _rows(planned.new, tree_id, today)
    _place(planned, grids, tree_id, today)
    _name(planned, grids, today)
    former = {
        site.pk: site for site in Site.objects.filter(pk__in=[n.former.pk for n in planned.new if n.former])
    }
    new = [
        Written(_site(grids[one.code], former), one.before, one.content)
        for one in planned.new
    ]  # fmt: skip
    changed = [Written(one.site, one.before, one.after) for one in planned.changed if one.differs]
    write([*new, *changed], signed)


def _site(grid: Grid, former: dict[int, Site]) -> Site:
    """The dossier of a grid just opened: the one it had if it lives again."""
    site = former.get(grid.pk) or Site(grid=grid)
    site.grid = grid
    return site


def _rows(new: Sequence[New], tree_id: int, today: date) -> dict[str, Grid]:
    """The grids of new sites by code; their numbers come afterwards."""
    fresh: list[Grid] = []
    again: list[Grid] = []
    for one in new:
        grid = one.former or Grid(code=one.code, lft=0, rght=0, mptt_level=0)
        grid.name, grid.level, grid.parent = one.name, rules.SITE_LEVEL, one.parent
        grid.opened_on, grid.closed_on, grid.tree_id = today, None, tree_id
        (again if one.former else fresh).append(grid)
    Grid.objects.bulk_create(fresh, batch_size=BATCH)
    Grid.objects.bulk_update(
        again, ["name", "level", "parent", "opened_on", "closed_on", "tree_id"], batch_size=500
    )
    return {grid.code: grid for grid in (*fresh, *again)}


def _place(planned: Planned, grids: dict[str, Grid], tree_id: int, today: date) -> None:
    """Numbers of the whole tree and lines of what is new or moves."""
    parents = {grid.pk: grid.parent_id for grid in grids.values()}
    parents |= {one.site.pk: one.parent.pk for one in planned.moved if one.parent}
    if not parents:
        return
    numbers = numbering.read(tree_id)
    order = {pk: place for place, pk in enumerate(parents) if pk not in numbers}
    worked_out = numbering.work_out(
        {pk: row.parent_id for pk, row in numbers.items()} | parents,
        rank=lambda pk: (0, numbers[pk].lft, pk) if pk in numbers else (1, order[pk], pk),
    )
    numbering.write(row for row in worked_out if numbers.get(row.pk) != row)
    above = _lines(parent for parent in parents.values() if parent is not None)
    lineage.settle({pk: [pk, *above[parent or 0]] for pk, parent in parents.items()}, on=today)


def _lines(grid_ids: Iterable[int]) -> dict[int, list[int]]:
    """Grid → its line today, from itself upwards."""
    found: dict[int, list[int]] = {}
    for keys in batches(set(grid_ids)):
        rows = Lineage.objects.filter(descendant_id__in=keys, valid_to__isnull=True).order_by("depth")
        for below, above in rows.values_list("descendant_id", "ancestor_id"):
            found.setdefault(below, []).append(above)
    return found


def _name(planned: Planned, grids: dict[str, Grid], today: date) -> None:
    renamed: list[Changed] = planned.renamed
    words = {grid.pk: {"code": grid.code, "name": grid.name} for grid in grids.values()}
    words |= {one.site.pk: {"code": one.site.grid.code, "name": one.name} for one in renamed}
    for one in renamed:
        one.site.grid.name = one.name
    Grid.objects.bulk_update([one.site.grid for one in renamed], ["name"], batch_size=500)
    dated.settle(Naming, words, on=today, key="grid_id")


def _record(planned: Planned, grid_id: int, who: Actor, content: bytes, note: str) -> None:
    grid = Grid.objects.get(pk=grid_id)
    record(
        Draft(
            app="grids",
            action="import_sites",
            subject=Subject(type="grids.grid", id=str(grid.pk), label=f"{grid.code} {grid.name}"),
            actor=who,
            at=timezone.now(),
            place=queries.place(grid),
            payload={
                "code": grid.code,
                "file": hashlib.sha256(content).hexdigest(),
                "digest": planned.digest,
                "new": len(planned.new),
                "changed": sum(one.differs for one in planned.changed),
                "moved": len(planned.moved),
                "renamed": len(planned.renamed),
                "unchanged": planned.unchanged,
                "note": note,
            },
        )
    )
