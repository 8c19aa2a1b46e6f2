"""One incident: its story, its photos, and the steps that the person can do now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import Invalid, NotAllowed, StaleVersion
from grids.queries import ancestors
from incidents import actions, queries, words
from incidents.forms import ActionForm, ReportForm
from incidents.models import Incident, Step, StepPhoto
from incidents.rules import OPEN_STATES, WORKFLOW, Action, Rule
from incidents.views.lists import viewer
from ledgers import files
from people.models import User
from people.queries import has_right
from people.rules import Right


def _seen(user: User, pk: int) -> Incident:
    """The incident with all that its page shows; 404 out of scope."""
    rows = queries.with_names(queries.visible_to(user)).select_related(
        "category__parent", "reporter", "handler", "verifier", "supervisor", "grid__site"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    incident = _seen(viewer(request), pk)
    rule = queries.rule_for(incident, viewer(request), request.GET.get("act", ""))
    form = ActionForm(rule=rule, incident=incident, user=viewer(request)) if rule else None
    return _page(request, incident, form=form)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one step; on trouble show the page again with what was typed."""
    user = viewer(request)
    incident = _seen(user, pk)
    if action not in WORKFLOW or action == Action.REPORT:
        raise Http404
    form = ActionForm(
        request.POST, request.FILES, rule=WORKFLOW[Action(action)], incident=incident, user=user
    )
    try:
        if form.is_valid():
            return _done(request, incident, _perform(user, incident, form))
        if form.cleaned_data.get("version") not in (None, incident.version):
            raise StaleVersion("", seen=form.cleaned_data["version"], now=incident.version)
    except StaleVersion as stale:
        return _stale(request, pk, form, stale.seen)
    except Invalid as wrong:
        show_errors(form, wrong)
    return _page(request, incident, form=form, status=422)


def _perform(user: User, incident: Incident, form: ActionForm) -> Step:
    data = form.cleaned_data
    return actions.perform(
        incident.pk,
        form.rule.action,
        by=user,
        version=data["version"],
        note=data["note"],
        photos=data.get("photos") or (),
        severity=data.get("severity") or None,
        category=data.get("category"),
        key=data["key"],
        **form.given(),
    )


def _done(request: HttpRequest, incident: Incident, step: Step) -> HttpResponse:
    sentence = words.said(step, incident)
    still_seen = queries.visible_to(viewer(request)).filter(pk=incident.pk).exists()
    if not _partial(request):
        messages.success(request, sentence)
        return redirect("incidents:detail", incident.pk) if still_seen else redirect("incidents:index")
    if still_seen:
        response = _page(request, _seen(viewer(request), incident.pk), said=sentence)
    else:
        response = render(request, "incidents/_case.html", {"said": sentence})
    response.headers["HX-Trigger"] = "incident-changed"
    return response


def _stale(request: HttpRequest, pk: int, typed: ActionForm, seen: int) -> HttpResponse:
    """What happened meanwhile, by whom, and the form again with the text kept."""
    incident = _seen(viewer(request), pk)
    rule = queries.rule_for(incident, viewer(request), typed.rule.action)
    kept = {name: request.POST[name] for name in typed.fields if name in request.POST}
    for renewed in ("version", "key"):
        kept.pop(renewed, None)
    form = ActionForm(rule=rule, incident=incident, user=viewer(request), initial=kept) if rule else None
    return _page(
        request,
        incident,
        form=form,
        status=409,
        meanwhile=words.timeline(incident, queries.steps_since(incident, seen)),
        unsent=kept.get("note", "") if form is None else "",
        lost_photos=bool(request.FILES),
    )


def _partial(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]


def _page(
    request: HttpRequest,
    incident: Incident,
    *,
    form: ActionForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The whole page, or for htmx its case alone: then always 200, which htmx swaps in."""
    context = case_context(viewer(request), incident, form=form) | more
    context["pane"] = "pane" in request.GET
    if _partial(request):
        response = render(request, "incidents/_case.html", context)
    else:
        response = render(request, "incidents/detail.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def case_context(user: User, incident: Incident, *, form: ActionForm | None = None) -> dict[str, Any]:
    """What ``incidents/_case.html`` shows of an incident to a person."""
    site = getattr(incident.grid, "site", None)
    rules = queries.actions_for(incident, user)
    return {
        "title": f"{incident.number} {incident.category.label}",
        "crumbs": _crumbs(incident),
        "incident": incident,
        "running": incident.state in OPEN_STATES,
        "holder": words.holder_name(incident),
        "due_words": words.deadline(incident.due_at),
        "steps": words.timeline(incident, queries.story(incident)),
        "buttons": [_button(rule) for rule in rules if rule.main],
        "more": [_button(rule) for rule in rules if not rule.main],
        "parts": queries.open_parts(incident),
        "request_words": words.request(queries.pending_request(incident)),
        "left_words": words.held(incident),
        "allowed_words": words.allowed(incident),
        "repeats": queries.repeats(incident, user),
        "original": queries.original(incident, user),
        "form": form,
        "form_button": _button(form.rule) if form else None,
        "look_back": queries.pending_look_back(incident) if incident.closed_at else None,
        "located": incident.lon is not None or site is not None,
    }


def _button(rule: Rule) -> dict[str, str]:
    return {
        "action": rule.action.value,
        "label": str(rule.action.label),
        "tone": words.BUTTON_TONES.get(rule.action, ""),
    }


def _crumbs(incident: Incident) -> list[dict[str, str]]:
    crumbs = [{"label": _("Incidents"), "url": reverse("incidents:index")}]
    return crumbs + [{"label": grid.name, "url": ""} for grid in ancestors(incident.grid_now_id)]


@require_safe
def photo(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponseBase:
    """A photo of an incident in sight."""
    incident = get_object_or_404(queries.visible_to(viewer(request)), pk=pk)
    found = get_object_or_404(StepPhoto.objects.select_related("file"), pk=photo_pk, step__incident=incident)
    return files.response(found.file)


def new(request: HttpRequest) -> HttpResponse:
    """Report a problem found without a patrol visit."""
    user = viewer(request)
    if not has_right(user, Right.REPORT):
        raise NotAllowed(_("Only those who serve in a grid may report a problem here."))
    search = request.GET.get("place", "")
    if request.method == "POST":
        form = ReportForm(request.POST, request.FILES, user=user, search=search)
        if form.is_valid() and (incident := _report(user, form)):
            step = incident.steps.get(number=1)
            messages.success(request, words.said(step, incident))
            return redirect("incidents:detail", incident.pk)
    else:
        form = ReportForm(user=user, search=search, initial={"grid": request.GET.get("grid")})
    return render(
        request,
        "incidents/new.html",
        {
            "title": _("Report a problem"),
            "crumbs": [{"label": _("Incidents"), "url": reverse("incidents:index")}],
            "form": form,
            "search": search,
        },
        status=422 if form.is_bound else 200,
    )


def _report(user: User, form: ReportForm) -> Incident | None:
    data = form.cleaned_data
    try:
        return actions.report(
            by=user,
            grid=data["grid"],
            category=data["category"],
            severity=data["severity"],
            description=data["description"],
            source=data["source"],
            photos=data["photos"],
            lon=data["longitude"],
            lat=data["latitude"],
            key=data["key"],
        )
    except Invalid as wrong:
        show_errors(form, wrong)
        return None


def show_errors(form: ActionForm | ReportForm, wrong: Invalid) -> None:
    """Each sentence beside its field; one without a field at the head of the form."""
    for name, sentence in wrong.fields.items():
        form.add_error(name if name in form.fields else None, sentence)
