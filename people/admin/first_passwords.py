"""First passwords for people chosen in the list, or for those without: shown, confirmed, printed once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import F, Min, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from common.errors import Invalid
from people import actions, exports
from people.admin.common import is_key
from people.first_passwords import MOST, draw, state_of
from people.models import Posting, User


def with_posts(people: QuerySet[User]) -> QuerySet[User]:
    """People with ``lasting``, their postings of today and to come, places loaded. One query more."""
    until = Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.localdate())
    lasting = Posting.objects.filter(until).select_related("grid", "unit").order_by("valid_from", "id")
    return people.prefetch_related(Prefetch("postings", queryset=lasting, to_attr="lasting"))


def post_words(person: Any) -> str:
    """What a person from ``with_posts`` is today, and where."""
    today = timezone.localdate()
    return _words(posting for posting in person.lasting if posting.valid_from <= today)


def next_words(person: Any) -> str:
    """The same for whom a sheet is made before they are in post: what they will be."""
    return post_words(person) or _words(person.lasting)


def _words(postings: Iterable[Posting]) -> str:
    return "；".join(f"{posting.get_role_display()} · {posting.place_name}" for posting in postings)


class FirstPasswords(admin.ModelAdmin):
    """The page, and the choice in the list that leads to it."""

    def password_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.first_passwords_view)
        return [path("first-passwords/", view, name="people_user_first_passwords")]

    @admin.action(description=gettext_lazy("Issue first passwords"))
    def issue_first_passwords(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        keys = list(queryset.values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            messages.error(
                request, _("One sheet has room for %(most)s people. Choose fewer.") % {"most": MOST}
            )
            return None
        chosen = ",".join(map(str, keys))
        return HttpResponseRedirect(f"{reverse('admin:people_user_first_passwords')}?people={chosen}")

    def first_passwords_view(self, request: HttpRequest) -> HttpResponse:
        """Who would get one; on confirmation the sheet itself, which is shown this once and kept nowhere."""
        people = self._chosen(request)
        if request.method != "POST":
            return self._ask(request, people)
        if request.POST.get("state") != state_of(people):
            messages.warning(
                request, _("Passwords have changed since this page was made. This is how it stands now.")
            )
            return self._ask(request, people, status=409)
        return self._issue(request, people)

    def _waiting(self, request: HttpRequest) -> QuerySet[User]:
        """Who has no password yet, but for closed accounts."""
        return self.get_queryset(request).filter(
            password__startswith=UNUSABLE_PASSWORD_PREFIX, is_active=True
        )

    def _chosen(self, request: HttpRequest) -> list[User]:
        """The people asked for, else those who wait, neighbours together; as many as one sheet takes."""
        asked = request.GET.get("people", "").split(",")
        keys = [int(key) for key in asked if is_key(key)]
        people = self.get_queryset(request).filter(pk__in=keys[:MOST]) if keys else self._waiting(request)
        lasting = Q(postings__valid_to__isnull=True) | Q(postings__valid_to__gt=timezone.localdate())
        place = Min(Coalesce("postings__grid__lft", "postings__unit__grid__lft"), filter=lasting)
        ordered = people.exclude(pk=cast(User, request.user).pk).annotate(place=place)
        return list(ordered.order_by(F("place").asc(nulls_last=True), "username")[:MOST])

    @sensitive_variables("drawn", "sheet")
    def _issue(self, request: HttpRequest, people: list[User]) -> HttpResponse:
        """Drawn, printed, and only then put into force: a sheet that fails changes no password."""
        drawn = draw(people)
        posts = {person.pk: next_words(person) for person in people}
        sheet = exports.first_password_sheet(drawn, posts=posts, address=request.build_absolute_uri("/"))
        try:
            actions.issue_first_passwords(drawn, by=cast(User, request.user))
        except Invalid as refusal:
            messages.error(request, str(refusal))
            return self._ask(request, people, status=422)
        response = HttpResponse(sheet, content_type="application/pdf")
        name = f"first-passwords-{timezone.localtime():%Y%m%d-%H%M}.pdf"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        # Tells the page that the sheet has come (static/js/first-passwords.js).
        state = request.POST["state"]
        response.set_cookie("first_passwords", state, max_age=60, path=request.path, samesite="Strict")
        return response

    def _ask(self, request: HttpRequest, people: list[User], *, status: int = 200) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("First passwords"),
            "opts": self.opts,
            "rows": [(person, next_words(person)) for person in people],
            "people": people,
            "state": state_of(people),
            "replaced": sum(person.has_usable_password() for person in people),
            "chosen": request.GET.get("people", ""),
            "waiting": self._waiting(request).count(),
            "most": MOST,
        }
        return TemplateResponse(request, "people/admin/first_passwords.html", context, status=status)
