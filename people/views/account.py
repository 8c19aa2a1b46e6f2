"""A person's own page and password."""

from __future__ import annotations

from typing import cast

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Invalid
from people import actions, queries
from people.forms import OwnPasswordForm
from people.hand_over import taken_over
from people.models import User


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The person's postings, what they took over of late, language and password."""
    user = cast(User, request.user)
    return render(
        request,
        "people/me.html",
        {
            "title": _("My account"),
            "person": user,
            "postings": queries.postings_of(user),
            "current": queries.current_postings(user),
            "taken_over": taken_over(user),
            "today": timezone.localdate(),
        },
    )


class OwnPassword(PasswordChangeView):
    """Django's page; the change goes through the room's action and so into the ledger."""

    form_class = OwnPasswordForm

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        user = cast(User, self.request.user)
        try:
            actions.set_password(user.pk, password=form.cleaned_data["new_password1"], by=user)
        except Invalid as refusal:
            for name, text in refusal.fields.items():
                form.add_error(name if name in form.fields else None, text)
            return self.form_invalid(form)
        user.refresh_from_db(fields=["password", "must_change_password"])
        update_session_auth_hash(self.request, user)  # this session goes on, others end
        return redirect(self.get_success_url())

    def form_invalid(self, form: SetPasswordForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
