from typing import Any

from django.contrib.auth.backends import ModelBackend

from people.models import User
from people.queries import administered_districts, current_postings
from people.rules import Relation, Right, rights


class PostingBackend(ModelBackend):
    """Passwords as Django does; permissions from postings: the administrator's, or none."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return administers(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return administers(user_obj)


def administers(user: Any) -> bool:
    """Whether a posting of today opens the admin site to the person."""
    return (
        isinstance(user, User)
        and user.is_active
        and any(Right.ADMINISTER in rights(posting.role, Relation.SAME) for posting in current_postings(user))
    )


def administers_district(user: Any) -> bool:
    """Whether the person may change what holds in the whole district (``actions.district_administrator``)."""
    return isinstance(user, User) and user.is_active and bool(administered_districts(user))
