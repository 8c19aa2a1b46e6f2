"""The room in the admin site: ``tree`` shows and changes grids, ``plans`` takes workbooks."""

from grids.admin import plans, tree

__all__ = ["plans", "tree"]
