"""Sent by grids.actions inside their transaction, for the rooms above."""

from django.dispatch import Signal

# grid (as it is now), by (Actor), on (date); grid_moved also from_id (the parent before)
grid_opened = Signal()
grid_moved = Signal()
grid_closed = Signal()
