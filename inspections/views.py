"""Pages of the patrol: my grid, the form of a visit, the visits made."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import Invalid, NotAllowed
from grids.models import Grid, SiteKind
from grids.queries import ancestors
from grids.rules import SITE_LEVEL, SUBGRID_LEVEL
from incidents.queries import mine_to_act
from inspections import actions, queries
from inspections.forms import VisitFilter, VisitForm
from inspections.models import Visit, VisitPhoto
from inspections.rules import ANSWER_TONES, FAR_FROM_SITE, Answer, Standing, metres_between
from ledgers.files import response as file_response
from people.models import User
from people.queries import grids_in_scope, posting_for
from people.rules import Right

CARDS_A_PAGE = 60
VISITS_A_PAGE = 30


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware


def _grid_url(grid: Grid) -> str:
    """Where a grid's own page is; empty while there is none."""
    try:
        return reverse("grids:detail", args=[grid.pk])
    except NoReverseMatch:
        return ""


def _crumbs(grid: Grid, mine: set[int]) -> list[dict[str, str]]:
    """The line down to a grid; those in the person's sight lead to their coverage."""
    address = reverse("inspections:today")
    return [
        {"label": above.name, "url": f"{address}?grid={above.pk}" if above.pk in mine else ""}
        for above in ancestors(grid.pk)
        if above.level < SITE_LEVEL
    ]


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """My grid: the sites of a sub-grid as cards, or above it the coverage of each lower grid."""
    user = _user(request)
    roots = queries.my_grids(user)
    grid = _chosen(request, user)
    if grid is None and roots and roots[0].level < SUBGRID_LEVEL:
        grid = roots[0]
    context: dict[str, Any] = {
        "title": grid.name if grid else _my_name(roots),
        "roots": roots,
        "grid": grid,
        "day": timezone.localdate(),
        "to_act": mine_to_act(user).count(),
    }
    if grid is not None:
        line = [above.pk for above in ancestors(grid.pk)]
        seen = set(grids_in_scope(user).filter(pk__in=line).values_list("pk", flat=True))
        context["crumbs"] = _crumbs(grid, seen)
    if grid is not None and grid.level < SUBGRID_LEVEL:
        rows = queries.coverage(grid)
        context |= {"coverage": rows, "counts": queries.totals(rows)}
        return render(request, "inspections/coverage.html", context)
    return _cards(request, user, grid, context)


def _chosen(request: HttpRequest, user: User) -> Grid | None:
    sent = request.GET.get("grid", "")
    if not sent:
        return None
    if not sent.isdecimal():
        raise Http404
    return get_object_or_404(grids_in_scope(user), pk=int(sent), level__lte=SUBGRID_LEVEL)


def _my_name(roots: list[Grid]) -> str:
    return "、".join(root.name for root in roots) or _("My grid")


def _cards(request: HttpRequest, user: User, grid: Grid | None, context: dict[str, Any]) -> HttpResponse:
    found = queries.today(user, grid=grid)
    wanted = {name: request.GET.get(name, "").strip() for name in ("q", "kind", "standing")}
    shown = [
        card
        for card in found.cards
        if wanted["q"].casefold() in card.site.grid.name.casefold()
        and wanted["kind"] in ("", card.site.kind)
        and wanted["standing"] in ("", card.standing)
    ]
    first = found.cards[0].site.grid if found.cards else None
    may_log = first is not None and posting_for(user, Right.INSPECT, grid_id=first.pk) is not None
    context |= {
        "counts": found.counts,
        "page_obj": Paginator(shown, CARDS_A_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "filtered": any(wanted.values()),
        "kinds": SiteKind.choices,
        "standings": Standing.choices,
        "may_log": may_log,
        "next_site": first if may_log and found.cards[0].standing is not Standing.DONE else None,
    }
    answer = render(request, "inspections/today.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_http_methods(["GET", "POST"])
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a visit, and with it the report of what was found."""
    user = _user(request)
    grid = get_object_or_404(
        grids_in_scope(user).select_related("site", "parent"), pk=pk, level=SITE_LEVEL, closed_on__isnull=True
    )
    if posting_for(user, Right.INSPECT, grid_id=grid.pk) is None:
        raise NotAllowed(
            _("Visits are logged by grid workers, patrol officers and grid leaders; you may read them.")
        )
    checklist = queries.checklist_for(grid.site.kind)
    if checklist is None:
        return render(request, "inspections/no_checklist.html", {"title": grid.name, "grid": grid})
    form = VisitForm(request.POST or None, request.FILES or None, checklist=checklist)
    if request.method == "POST" and form.is_valid() and (visit := _save(form, user, grid)):
        messages.success(request, _what_next(visit, user))
        return redirect("inspections:detail", pk=visit.pk)
    last = queries.visits_visible_to(user).filter(site=grid).first()
    context = {"title": grid.name, "grid": grid, "form": form, "last": last, "grid_url": _grid_url(grid)}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "inspections/log.html", context, status=status)


def _save(form: VisitForm, user: User, grid: Grid) -> Visit | None:
    try:
        return actions.log_visit(
            by=user,
            site=grid,
            answers=form.answers,
            position=form.position,
            photos=form.cleaned_data["photos"],
            note=form.cleaned_data["note"],
            problem=form.found,
            checklist=form.cleaned_data["checklist"],
            key=form.cleaned_data["key"],
        )
    except Invalid as error:
        form.refuse(error)
        return None


def _what_next(visit: Visit, user: User) -> str:
    """What was done, who does what next, and how much of the day is left."""
    counts = queries.today(user, grid=visit.site.parent).counts
    left = counts.overdue + counts.due
    rest = (
        ngettext("%(n)s site left for today.", "%(n)s sites left for today.", left) % {"n": left}
        if left
        else _("Nothing else is due in this sub-grid today.")
    )
    if visit.incident is None:
        return _("The visit to %(site)s is logged.") % {"site": visit.site.name} + " " + rest
    done = _(
        "The visit is logged and the problem reported as %(number)s;"
        " %(holder)s now settles it or reports it up."
    )
    return done % {"number": visit.incident.number, "holder": visit.incident.holder} + " " + rest


@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """Visits made, filtered by the address."""
    user = _user(request)
    form = VisitFilter(request.GET, user=user)
    found = form.narrow(queries.visits_visible_to(user))
    context = {
        "title": _("Visits"),
        "form": form,
        "page_obj": Paginator(found, VISITS_A_PAGE).get_page(request.GET.get("page")),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    answer = render(request, "inspections/visits.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit, its answers on the version they were given on."""
    user = _user(request)
    visit = get_object_or_404(queries.visits_visible_to(user).select_related("checklist", "posting"), pk=pk)
    away = _metres_away(visit)
    answers = [
        (question.label, answer.label, ANSWER_TONES[answer])
        for question in visit.checklist.questions.all()
        if (given := visit.answers.get(str(question.order))) and (answer := Answer(given))
    ]
    context = {
        "title": visit.site.name,
        "visit": visit,
        "answers": answers,
        "photos": [
            {"url": reverse("inspections:photo", args=[visit.pk, row.pk])}
            for row in visit.photos.order_by("pk")
        ],
        "away": away,
        "far": away is not None and away > FAR_FROM_SITE,
        "grid_url": _grid_url(visit.site),
        "crumbs": _crumbs(visit.site, set()),
    }
    return render(request, "inspections/detail.html", context)


def _metres_away(visit: Visit) -> float | None:
    """How far from the site the visit was logged, in metres; None without a position."""
    if visit.lon is None or visit.lat is None:
        return None
    site = visit.site.site
    return metres_between((float(visit.lon), float(visit.lat)), (float(site.lon), float(site.lat)))


@require_GET
def photo(request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
    """A photo of a visit, to those who see the visit."""
    seen = queries.visits_visible_to(_user(request)).values("pk")
    row = get_object_or_404(VisitPhoto.objects.select_related("file"), pk=photo, visit_id=pk, visit__in=seen)
    return file_response(row.file)
