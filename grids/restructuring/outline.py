"""The target compared with the tree as it is: who stays, is new, is gone and to whom; and all objections.

Pure: no database. A grid is the same if its code is the same, or if the row of a new code names one whole
predecessor of its level that nobody else names: then it is renumbered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from common.words import Words, words
from common.workbooks import Problem
from grids import rules
from grids.restructuring.state import Node, State
from grids.restructuring.target import GridRow, Target

SHEET = "grids"
WHOLE = Decimal(1)
NO_LEVEL = 0  # of a row whose level cannot be read


@dataclass
class Outline:
    """What becomes of each grid above the sites. Codes are those of the target, nodes those of today."""

    state: State
    rows: dict[str, GridRow] = field(default_factory=dict)  # by code, in the order of the sheet, sites not
    site_rows: dict[str, GridRow] = field(default_factory=dict)
    kept: dict[str, Node] = field(default_factory=dict)  # target code → the same grid today
    new_codes: dict[str, str] = field(default_factory=dict)  # code today → the same grid's in the target
    heirs: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)  # code today → who takes parts
    parts: dict[str, list[tuple[str, Decimal]]] = field(default_factory=dict)  # target code → what it takes
    problems: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> list[GridRow]:
        """Rows of grids that do not exist today, from the top down."""
        return sorted(
            (row for code, row in self.rows.items() if code not in self.kept), key=lambda row: row.level
        )

    @property
    def gone(self) -> list[Node]:
        """Grids of today that the target lacks, from the bottom up."""
        left = [node for node in self.state.nodes.values() if node.code not in self.new_codes]
        return sorted(left, key=lambda node: -node.level)


def compare(state: State, target: Target) -> Outline:
    """The outline of a target; with problems, as much of it as could be worked out."""
    found = Outline(state)
    sheets = target.more.get(SHEET, {})
    found.problems += [Problem.from_json(row) for row in sheets.get("unsound", ())]
    if not sheets.get("compared", True):
        found.rows = {row.code: row for row in state.rows()}
        _identify(found)
        return found
    rows = list(_with_levels(found, target))
    found.problems += _sort_rows(found, target, rows)
    found.problems += _levels(found, target)
    _identify(found)
    found.problems += _codes(found, target)
    found.problems += _names(found, target)
    found.problems += _root(found, target)
    found.problems += _successions(found, target)
    for today, heirs in found.heirs.items():
        for code, share in heirs:
            found.parts.setdefault(code, []).append((today, share))
    return found


def unsound(problems: Iterable[Problem], *, compared: bool) -> dict[str, Any]:
    """What a target keeps of sheets that are wrong as a whole, as JSON.

    Where the sheet of grids is not ``compared`` the tree stays as it is, and nothing is said of its rows.
    """
    return {"unsound": [problem.as_json() for problem in problems], "compared": compared}


def _with_levels(found: Outline, target: Target) -> Iterator[GridRow]:
    """The rows; one whose level cannot be read is told, and has the level it has today or must have.

    Otherwise all that names its code would be objected to as well.
    """
    sites = {site.code: rules.SITE_LEVEL for site in found.state.sites}
    today = {code: node.level for code, node in found.state.nodes.items()} | sites
    read = {row.code: row.level for row in target.grids if row.level != NO_LEVEL}
    for row in target.grids:
        if row.level != NO_LEVEL:
            yield row
            continue
        text = words(
            "Levels are whole numbers from %(first)s to %(last)s.",
            first=rules.DISTRICT_LEVEL,
            last=rules.SITE_LEVEL,
        )
        found.problems.append(target.problem(SHEET, row.row, "level", text, kind="wrong_level"))
        above = read.get(row.parent) or today.get(row.parent)
        level = today.get(row.code) or (above and above + 1)
        if level and level <= rules.SITE_LEVEL:
            yield replace(row, level=level)


def _sort_rows(found: Outline, target: Target, grid_rows: Iterable[GridRow]) -> Iterator[Problem]:
    sites = {site.code for site in found.state.sites}
    for row in grid_rows:
        rows = found.site_rows if row.level == rules.SITE_LEVEL else found.rows
        first = found.rows.get(row.code) or found.site_rows.get(row.code)
        if first is not None:
            yield target.problem(
                SHEET,
                row.row,
                "code",
                words("The code %(code)s stands in row %(row)s already.", code=row.code, row=first.row),
                kind="duplicate",
            )
            continue
        rows[row.code] = row
        if row.level == rules.SITE_LEVEL and row.code not in sites:
            yield target.problem(
                SHEET,
                row.row,
                "code",
                words("No open site has this code. Sites are opened with their dossier, not here.")
                if row.code not in found.state.nodes
                else words(
                    "Grid %(code)s is of level %(level)s. A grid keeps its level for life.",
                    code=row.code,
                    level=found.state.nodes[row.code].level,
                ),
                kind="unknown_code" if row.code not in found.state.nodes else "wrong_level",
            )


def _levels(found: Outline, target: Target) -> Iterator[Problem]:
    """Parents: there, of the level just above, and leading to the district."""
    in_circle = set(_circles(found.rows))
    for row in (*found.rows.values(), *found.site_rows.values()):
        if row.level == rules.DISTRICT_LEVEL:
            if row.parent:
                text = words("The district is the top of the tree and has no upper grid.")
                yield target.problem(SHEET, row.row, "parent", text, kind="wrong_level")
            continue
        if row.code in in_circle:
            yield target.problem(
                SHEET,
                row.row,
                "parent",
                words("The upper grids lead in a circle: %(line)s.", line=_circle(found.rows, row.code)),
                kind="cycle",
            )
            continue
        if not row.parent:
            text = words("This grid has no upper grid. Name the code of the one it belongs to.")
            yield target.problem(SHEET, row.row, "parent", text, kind="orphan")
            continue
        parent = found.rows.get(row.parent)
        if parent is None:
            yield _no_parent(found, target, row)
        elif parent.level != row.level - 1:
            yield target.problem(
                SHEET,
                row.row,
                "level",
                words(
                    "Level %(level)s cannot lie under %(parent)s, which is of level %(above)s.",
                    level=row.level,
                    parent=row.parent,
                    above=parent.level,
                ),
                kind="wrong_level",
            )


def _no_parent(found: Outline, target: Target, row: GridRow) -> Problem:
    if row.parent in found.state.nodes:
        return target.problem(
            SHEET,
            row.row,
            "parent",
            words(
                "The upper grid %(code)s %(name)s is not in this sheet: this grid would be left without one.",
                code=row.parent,
                name=found.state.nodes[row.parent].name,
            ),
            kind="orphan",
        )
    return target.problem(
        SHEET,
        row.row,
        "parent",
        words("No grid has the code %(code)s.", code=row.parent),
        kind="unknown_code",
    )


def _circles(grid_rows: dict[str, GridRow]) -> Iterator[str]:
    """Codes on a circle of parents, whatever the levels say."""
    for code in grid_rows:
        at, steps = grid_rows[code].parent, 0
        while at in grid_rows and at != code and steps < len(grid_rows):
            at, steps = grid_rows[at].parent, steps + 1
        if at == code:
            yield code


def _circle(grid_rows: dict[str, GridRow], code: str) -> str:
    line, at = [code], grid_rows[code].parent
    while at != code:
        line.append(at)
        at = grid_rows[at].parent
    return " → ".join([*line, code])


def _identify(found: Outline) -> None:
    nodes = found.state.nodes
    for code in found.rows:
        if code in nodes:
            found.kept[code] = nodes[code]
    named: dict[str, list[GridRow]] = {}
    for row in found.rows.values():
        for part in row.parts:
            named.setdefault(part.code, []).append(row)
    for code, row in found.rows.items():
        if code in nodes or len(row.parts) != 1:
            continue
        part = row.parts[0]
        former = nodes.get(part.code)
        whole = part.share is None or part.share == WHOLE
        alone = len(named[part.code]) == 1 and part.code not in found.rows
        if former and whole and alone and former.level == row.level:
            found.kept[code] = former
    found.new_codes = {node.code: code for code, node in found.kept.items()}


def _codes(found: Outline, target: Target) -> Iterator[Problem]:
    sites = {site.code for site in found.state.sites}
    for code, row in found.rows.items():
        node = found.kept.get(code)
        if node is not None and node.level != row.level:
            yield target.problem(
                SHEET,
                row.row,
                "level",
                words(
                    "Grid %(code)s is of level %(level)s. A grid keeps its level for life: open a new one"
                    " that names it as predecessor.",
                    code=code,
                    level=node.level,
                ),
                kind="wrong_level",
            )
        if node is None and code in found.state.used:
            yield target.problem(
                SHEET,
                row.row,
                "code",
                words(
                    "The code %(code)s belongs to a closed grid or to another district. Choose another one.",
                    code=code,
                ),
                kind="duplicate",
            )
        if node is None and code in sites:
            yield target.problem(
                SHEET,
                row.row,
                "code",
                words("The code %(code)s belongs to a site. Choose another one.", code=code),
                kind="duplicate",
            )


def _names(found: Outline, target: Target) -> Iterator[Problem]:
    """Grids side by side are told apart by their names; two that share one today may go on doing so."""
    first: dict[tuple[str, str], GridRow] = {}
    for row in found.rows.values():
        twin = first.setdefault((row.parent, row.name), row)
        if twin is row or (_is_as_today(found, row) and _is_as_today(found, twin)):
            continue
        text = words("Grid %(code)s under the same upper grid has this name.", code=twin.code)
        yield target.problem(SHEET, row.row, "name", text, kind="duplicate")


def _is_as_today(found: Outline, row: GridRow) -> bool:
    """Whether the grid has its name and its upper grid already, whatever the codes."""
    node = found.kept.get(row.code)
    if node is None or node.name != row.name:
        return False
    return found.new_codes.get(node.parent, node.parent) == row.parent


def _root(found: Outline, target: Target) -> Iterator[Problem]:
    roots = [row for row in found.rows.values() if row.level == rules.DISTRICT_LEVEL]
    if not roots:
        text = words("No row is of level 1. The district itself belongs into the sheet.")
        yield target.problem(SHEET, None, "level", text, kind="no_root")
    for row in roots:
        if found.kept.get(row.code) != found.state.root:
            yield target.problem(
                SHEET,
                row.row,
                "code",
                words(
                    "This plan is for %(code)s %(name)s; another district stands here. To renumber"
                    " the district, name its code as predecessor.",
                    code=found.state.root.code,
                    name=found.state.root.name,
                ),
                kind="no_root",
            )


def _successions(found: Outline, target: Target) -> Iterator[Problem]:
    """Who takes over what; shares that do not add up; closed grids that nobody takes over."""
    shares: dict[str, list[tuple[GridRow, Decimal | None]]] = {}
    own: dict[str, tuple[GridRow, Decimal]] = {}
    for row in found.rows.values():
        for part in row.parts:
            former = found.state.nodes.get(part.code)
            if former is None:
                text = words("No open grid has the code %(code)s.", code=part.code)
                yield target.problem(SHEET, row.row, "predecessors", text, kind="unknown_code")
            elif former.level != row.level:
                text = words(
                    "The predecessor %(code)s is of level %(level)s, this grid is not.",
                    code=part.code,
                    level=former.level,
                )
                yield target.problem(SHEET, row.row, "predecessors", text, kind="wrong_level")
            elif found.kept.get(row.code) == former:
                if part.share is not None and row.code == part.code:  # a grid that stays need not name itself
                    own[part.code] = row, part.share
            else:
                if any(earlier is row for earlier, _share in shares.get(part.code, [])):
                    text = words("The predecessor %(code)s stands here twice.", code=part.code)
                    yield target.problem(SHEET, row.row, "predecessors", text, kind="duplicate")
                else:
                    shares.setdefault(part.code, []).append((row, part.share))
    for code, taken in shares.items():
        yield from _share(found, target, code, taken)
    for code, (row, share) in own.items():
        given = [part for _row, part in shares.get(code, [])]
        total = sum((part for part in given if part is not None), share)
        if None not in given and abs(total - 1) > rules.SHARE_SLACK:
            yield target.problem(SHEET, row.row, "predecessors", _sum(code, total), kind="bad_share")
    for node in found.gone:
        if node.code not in shares:
            yield target.problem(
                SHEET,
                None,
                "predecessors",
                words(
                    "%(code)s %(name)s is not in this sheet and no row names it as predecessor: say which"
                    " grid takes it over.",
                    code=node.code,
                    name=node.name,
                ),
                kind="no_successor",
            )


def _share(
    found: Outline, target: Target, code: str, taken: list[tuple[GridRow, Decimal | None]]
) -> Iterator[Problem]:
    stays = code in found.new_codes
    if len(taken) == 1 and taken[0][1] is None and not stays:
        found.heirs[code] = [(taken[0][0].code, WHOLE)]
        return
    blank = [row for row, share in taken if share is None]
    for row in blank:
        text = words(
            "Only a part of %(code)s can come here: write its share with it, such as %(code)s:0.4.", code=code
        )
        yield target.problem(SHEET, row.row, "predecessors", text, kind="bad_share")
    known = [(row.code, share) for row, share in taken if share is not None]
    total = sum((share for _heir, share in known), Decimal(0))
    told = f"{total.normalize():f}"
    wrong = None
    if not blank and stays and total >= 1:
        wrong = words(
            "%(code)s stays, so less than the whole of it can be given away; here it is %(total)s.",
            code=code,
            total=told,
        )
    elif not blank and not stays and abs(total - 1) > rules.SHARE_SLACK:
        wrong = _sum(code, total)
    if wrong is not None:
        yield target.problem(SHEET, taken[-1][0].row, "predecessors", wrong, kind="bad_share")
    found.heirs[code] = sorted(known, key=lambda pair: (-pair[1], pair[0]))


def _sum(code: str, total: Decimal) -> Words:
    told = f"{total.normalize():f}"
    return words("The shares of %(code)s add up to %(total)s, not to 1.", code=code, total=told)
