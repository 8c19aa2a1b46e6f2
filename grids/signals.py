"""Sent by grids.actions inside their transaction, for the rooms above."""

from django.dispatch import Signal

# Grids were closed: open work passes on. ``closed`` maps each grid's key to its successors' keys with
# their shares, the largest first, empty for none; ``by`` is the Actor, ``on`` the first day without them,
# ``at`` now.
grids_closed = Signal()
