"""A person's own page, and whom to call about a grid."""

from __future__ import annotations

from typing import cast

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people import actions, queries
from people.models import User


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The person's postings, language and password."""
    user = cast(User, request.user)
    return render(
        request,
        "people/me.html",
        {
            "title": _("My account"),
            "person": user,
            "postings": queries.postings_of(user),
            "current": queries.current_postings(user),
            "today": timezone.localdate(),
        },
    )


class OwnPassword(PasswordChangeView):
    """Django's page; the change goes through the room's action and so into the ledger."""

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        user = cast(User, self.request.user)
        actions.set_password(user.pk, password=form.cleaned_data["new_password1"], by=user)
        user.refresh_from_db(fields=["password"])
        update_session_auth_hash(self.request, user)  # this session goes on, others end
        return redirect(self.get_success_url())


@require_safe
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers for a grid: its own people, those of the grids above, and the units at home there."""
    user = cast(User, request.user)
    grid = queries.grids_in_scope(user).filter(pk=pk).first()
    if grid is None:
        raise Http404
    return render(
        request,
        "people/contacts.html",
        {
            "title": _("Whom to call about %(grid)s") % {"grid": grid.name},
            "crumbs": [{"label": grid.name, "url": _page_of(grid.pk)}, {"label": _("Contacts"), "url": ""}],
            "groups": queries.contacts(grid),
        },
    )


def _page_of(grid_id: int) -> str:
    try:
        return reverse("grids:detail", args=[grid_id])
    except NoReverseMatch:
        return ""
