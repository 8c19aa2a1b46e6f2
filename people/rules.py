"""Who may do what: one table, role × relation of the posting's grid to the object's grid → rights."""

from enum import StrEnum

from grids.rules import DISTRICT_LEVEL, SUBGRID_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL
from people.models import Role, UnitKind


class Relation(StrEnum):
    SAME = "same"  # the posting's grid is the object's grid
    ABOVE = "above"  # the posting's grid (or its unit's home) is above the object's grid
    UNIT = "unit"  # the posting's unit holds the object


class Right(StrEnum):
    VIEW = "view"
    INSPECT = "inspect"  # log a visit
    REPORT = "report"  # report an incident
    HOLD = "hold"  # act for the holder: settle, escalate, accept, feed back, send back
    DESK = "desk"  # act for the command centre: file, reject, dispatch
    VERIFY = "verify"  # verify and close, or return, what a lower grid or a unit did
    LOOK_BACK = "look_back"
    VOID = "void"
    ASSESS = "assess"  # run an assessment
    READ_ASSESSMENT = "read_assessment"
    READ_LEDGER = "read_ledger"
    ADMINISTER = "administer"  # the admin site: restructure, people, catalogues
    APPROVE_PLAN = "approve_plan"  # a restructuring that someone else planned
    KEEP_DOSSIER = "keep_dossier"  # the baseline of a site


S, A, U = Relation.SAME, Relation.ABOVE, Relation.UNIT
R = Right

_LEAD_SAME = {R.VIEW, R.INSPECT, R.REPORT, R.HOLD, R.READ_ASSESSMENT, R.READ_LEDGER, R.KEEP_DOSSIER}
_LEAD_ABOVE = {
    R.VIEW, R.INSPECT, R.REPORT, R.VERIFY, R.LOOK_BACK, R.READ_ASSESSMENT, R.READ_LEDGER, R.KEEP_DOSSIER,
}  # fmt: skip

RIGHTS: dict[Role, dict[Relation, frozenset[Right]]] = {
    Role.CHIEF_LEADER: {
        S: frozenset(_LEAD_SAME | {R.APPROVE_PLAN}),
        A: frozenset(_LEAD_ABOVE | {R.APPROVE_PLAN}),
    },
    Role.LEADER: {S: frozenset(_LEAD_SAME), A: frozenset(_LEAD_ABOVE)},
    Role.DEPUTY: {S: frozenset(_LEAD_SAME), A: frozenset(_LEAD_ABOVE)},
    Role.WORKER: {
        S: frozenset({R.VIEW, R.INSPECT, R.REPORT, R.KEEP_DOSSIER}),
        # the sites inside the worker's sub-grid
        A: frozenset({R.VIEW, R.INSPECT, R.REPORT, R.KEEP_DOSSIER}),
    },
    Role.PATROL_OFFICER: {
        S: frozenset({R.VIEW, R.INSPECT, R.REPORT, R.LOOK_BACK}),
        A: frozenset({R.VIEW, R.INSPECT, R.REPORT, R.LOOK_BACK}),
        U: frozenset({R.VIEW, R.HOLD}),
    },
    Role.DISPATCHER: {
        S: frozenset({R.VIEW, R.REPORT, R.DESK, R.VERIFY, R.VOID, R.READ_LEDGER}),
        A: frozenset({R.VIEW, R.REPORT, R.DESK, R.VERIFY, R.VOID, R.READ_LEDGER}),
        U: frozenset({R.VIEW, R.DESK}),
    },
    Role.DEPARTMENT_OFFICER: {U: frozenset({R.VIEW, R.HOLD})},
    Role.ASSESSOR: {
        S: frozenset({R.VIEW, R.ASSESS, R.READ_ASSESSMENT, R.READ_LEDGER}),
        A: frozenset({R.VIEW, R.ASSESS, R.READ_ASSESSMENT, R.READ_LEDGER}),
    },
    Role.VIEWER: {
        S: frozenset({R.VIEW, R.READ_ASSESSMENT, R.READ_LEDGER}),
        A: frozenset({R.VIEW, R.READ_ASSESSMENT, R.READ_LEDGER}),
    },
    Role.ADMINISTRATOR: {
        S: frozenset({R.VIEW, R.READ_LEDGER, R.ADMINISTER, R.APPROVE_PLAN, R.KEEP_DOSSIER}),
        A: frozenset({R.VIEW, R.READ_LEDGER, R.ADMINISTER, R.APPROVE_PLAN, R.KEEP_DOSSIER}),
    },
}


def rights(role: Role | str, relation: Relation) -> frozenset[Right]:
    """The rights a posting of ``role`` gives over an object standing in ``relation`` to it."""
    return RIGHTS[Role(role)].get(relation, frozenset())


def roles_with(right: Right, relation: Relation) -> list[Role]:
    """The roles whose posting gives ``right`` in ``relation``, in the table's order."""
    return [role for role, table in RIGHTS.items() if right in table.get(relation, frozenset())]


# Where each role is held: in a grid of one of these levels, or in a unit of one of these kinds. A site has
# its own contact, and the workers of the sub-grid around it: nobody is posted there.
GRID_ROLES: dict[str, frozenset[int]] = {
    Role.CHIEF_LEADER: frozenset({DISTRICT_LEVEL}),
    Role.LEADER: frozenset({TOWN_LEVEL, VILLAGE_LEVEL, SUBGRID_LEVEL}),
    Role.DEPUTY: frozenset({DISTRICT_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL, SUBGRID_LEVEL}),
    Role.WORKER: frozenset({VILLAGE_LEVEL, SUBGRID_LEVEL}),
    Role.ASSESSOR: frozenset({DISTRICT_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL, SUBGRID_LEVEL}),
    Role.VIEWER: frozenset({DISTRICT_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL, SUBGRID_LEVEL}),
    Role.ADMINISTRATOR: frozenset({DISTRICT_LEVEL, TOWN_LEVEL, VILLAGE_LEVEL, SUBGRID_LEVEL}),
}
UNIT_ROLES: dict[str, frozenset[str]] = {
    Role.PATROL_OFFICER: frozenset({UnitKind.PATROL_TEAM, UnitKind.WORK_GROUP}),
    Role.DISPATCHER: frozenset({UnitKind.COMMAND_CENTRE}),
    Role.DEPARTMENT_OFFICER: frozenset({UnitKind.DEPARTMENT, UnitKind.WORK_GROUP}),
}


def held_in_grid(role: Role | str, level: int) -> bool:
    """Whether a role is held in grids of a level."""
    return level in GRID_ROLES.get(role, frozenset())


def held_in_unit(role: Role | str, kind: str) -> bool:
    """Whether a role is held in units of a kind."""
    return kind in UNIT_ROLES.get(role, frozenset())
