"""A first password opens nothing but the page where it is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from people.models import User

PASSWORD_PAGE = "password_change"  # noqa: S105 - the name of an address
OPEN = frozenset({PASSWORD_PAGE, "logout", "set_language"})
API = "/api/"


def must_change(user: Any) -> bool:
    """Whether the person still has to choose a password of their own. An API asks it after its own login."""
    return isinstance(user, User) and user.must_change_password


class FirstPasswordMiddleware:
    """Whoever logs in with a password that others have handled is held at the page for a new one.

    Static files are served before this is asked. What a script fetches is told so in its own way, as no
    script can follow a person to a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not must_change(request.user):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in OPEN:
            return None
        if request.path.startswith(API):
            return JsonResponse({"detail": _("Choose a password of your own first.")}, status=403)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(reverse(PASSWORD_PAGE))
        return redirect(PASSWORD_PAGE)
