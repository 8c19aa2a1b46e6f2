"""The admin site: ``tree`` grids, ``charters`` tasks and methods, ``dossiers`` sites, ``plans`` workbooks."""

from grids.admin import charters, dossiers, plans, tree

__all__ = ["charters", "dossiers", "plans", "tree"]
