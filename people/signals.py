"""Django's signals of logging in and out, turned into ledger entries."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from people import actions
from people.models import User


def on_login(sender: Any, user: Any, **kwargs: Any) -> None:
    if isinstance(user, User):
        actions.note_login(user)


def on_logout(sender: Any, user: Any, **kwargs: Any) -> None:
    if isinstance(user, User):
        actions.note_logout(user)


def on_failure(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    actions.note_failed_login(str(credentials.get("username") or ""))


def install() -> None:
    """Connect them; called once at start."""
    user_logged_in.connect(on_login, dispatch_uid="people.login")
    user_logged_out.connect(on_logout, dispatch_uid="people.logout")
    user_login_failed.connect(on_failure, dispatch_uid="people.login_failed")
