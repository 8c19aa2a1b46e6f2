"""Pages of the room: one's own account, and whom to call about a grid."""

from people.views.account import OwnPassword

__all__ = ["OwnPassword"]
