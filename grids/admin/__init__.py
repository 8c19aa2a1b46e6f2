"""The room in the admin site: ``tree`` shows and changes grids."""

from grids.admin import tree

__all__ = ["tree"]
