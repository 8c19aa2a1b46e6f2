"""The admin site: the same pages as Django's, open to those whose posting is administrator."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from people.backends import administers


class NamedApart(AutocompleteJsonView):
    """Choices that tell two of the same name apart: 张伟 (zhangwei), 岗李村第1网格 (410173001201-01)."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        mark = getattr(obj, "username", None) or getattr(obj, "code", None)
        return {**result, "text": f"{obj} ({mark})"} if mark else result


class GridAdminSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        """Postings alone open the site; the staff flag does not."""
        return administers(request.user)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The project's own page: Django's asks for the staff flag, which no posting sets."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        safe = url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        goal = wanted if safe else reverse("admin:index")
        if self.has_permission(request):
            return redirect(goal)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(goal)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The project's own page, where the change leaves its entry."""
        return redirect("password_change")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        answer: Any = NamedApart.as_view(admin_site=self)(request)
        return cast(HttpResponse, answer)
