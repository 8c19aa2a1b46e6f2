"""Every write of the room: ``tree`` changes one grid at a time, ``plans`` restructures by plan and apply."""

from grids.actions.areas import import_boundaries, keep_import, set_boundary
from grids.actions.charters import (
    end_charter_of_grid,
    install_charters,
    set_charter_of_grid,
    set_charter_of_level,
)
from grids.actions.documents import attach_document, withdraw_document
from grids.actions.dossiers import change_dossier, close_site, open_site
from grids.actions.exported import note_export
from grids.actions.plans import (
    apply_plan,
    approve_plan,
    plan_edits,
    plan_workbook,
    remake_plan,
    roll_back_plan,
    withdraw_plan,
)
from grids.actions.site_import import import_sites, keep_workbook, preview_sites
from grids.actions.tree import close_grid, merge_grid, move_grid, open_grid, rename_grid
from grids.locks import tree_lock

__all__ = [
    "apply_plan",
    "approve_plan",
    "attach_document",
    "change_dossier",
    "close_grid",
    "close_site",
    "end_charter_of_grid",
    "import_boundaries",
    "import_sites",
    "install_charters",
    "keep_import",
    "keep_workbook",
    "merge_grid",
    "move_grid",
    "note_export",
    "open_grid",
    "open_site",
    "plan_edits",
    "plan_workbook",
    "preview_sites",
    "remake_plan",
    "rename_grid",
    "roll_back_plan",
    "set_boundary",
    "set_charter_of_grid",
    "set_charter_of_level",
    "tree_lock",
    "withdraw_document",
    "withdraw_plan",
]
