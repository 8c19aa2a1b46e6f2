"""Data of the tree and all that hangs on it, with the invariants the database keeps."""

from grids.models.area import AreaMark, Boundary
from grids.models.charter import Charter, CharterKind
from grids.models.dossier import (
    Facility,
    FacilityState,
    Permit,
    PermitKind,
    Pollution,
    PollutionSource,
    Risk,
    Site,
    SiteDocument,
    SiteKind,
    SiteVersion,
)
from grids.models.plan import Plan, PlanSource, PlanState
from grids.models.tree import Grid, LevelLabel, Lineage, Naming, Succession, open_on

__all__ = [
    "AreaMark",
    "Boundary",
    "Charter",
    "CharterKind",
    "Facility",
    "FacilityState",
    "Grid",
    "LevelLabel",
    "Lineage",
    "Naming",
    "Permit",
    "PermitKind",
    "Plan",
    "PlanSource",
    "PlanState",
    "Pollution",
    "PollutionSource",
    "Risk",
    "Site",
    "SiteDocument",
    "SiteKind",
    "SiteVersion",
    "Succession",
    "open_on",
]
