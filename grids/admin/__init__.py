"""The room in the admin site: ``tree`` grids, ``charters`` tasks and methods, ``plans`` workbooks."""

from grids.admin import charters, plans, tree

__all__ = ["charters", "plans", "tree"]
