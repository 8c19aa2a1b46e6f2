"""The periods and runs, the report, and the way from each figure to what stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import actions, exports, indicators, queries, report, rules
from assessments.forms import StartForm, period_label
from assessments.models import Figure, Result, Run, RunState
from assessments.tasks import execute_run
from common.errors import Invalid, NotAllowed
from grids.queries import level_labels

PER_PAGE = 50
CHART_ROWS = 20
STATE_TONES = {
    RunState.QUEUED: "resting",
    RunState.RUNNING: "underway",
    RunState.DONE: "done",
    RunState.FAILED: "late",
    RunState.CANCELLED: "resting",
}
View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """Only for those whose posting lets them read assessments; what they see of one is scoped further."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if queries.reading_posting(_user(request)) is None:
            raise NotAllowed(_("Assessments are read by grid leaders, assessors and viewers."))
        return view(request, *args, **kwargs)

    return guarded


def _user(request: HttpRequest) -> Any:
    return request.user


def _row(run: Run) -> dict[str, Any]:
    return {
        "run": run,
        "label": period_label(run.period),
        "tone": STATE_TONES[RunState(run.state)],
        "url": reverse("assessments:run", args=[run.pk]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def index(request: HttpRequest) -> HttpResponse:
    """Periods and runs; for an assessor the form that starts one."""
    user = _user(request)
    may_run = queries.assessing_posting(user) is not None
    form = StartForm(request.POST or None) if may_run else None
    if request.method == "POST":
        if form is None:
            raise NotAllowed(_("Only an assessor may start an assessment."))
        if form.is_valid():
            try:
                run = actions.request_run(
                    period=form.cleaned_data["period"], by=user, enqueue=execute_run.delay
                )
            except Invalid as error:
                for name, words in error.fields.items():
                    form.add_error(name if name in form.fields else None, words)
            else:
                messages.success(
                    request,
                    _("The assessment of %(period)s has been started.")
                    % {"period": period_label(run.period)},
                )
                return redirect("assessments:run", run.pk)
    page = Paginator(queries.runs_for(user), 20).get_page(request.GET.get("page"))
    return render(
        request,
        "assessments/index.html",
        {"title": _("Assessments"), "form": form, "page_obj": page, "rows": [_row(run) for run in page]},
        status=422 if form is not None and form.errors else 200,
    )


@require_GET
@for_readers
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The report of a finished run; before that, how far it is."""
    found = get_object_or_404(queries.runs(), pk=run_id)
    if found.state != RunState.DONE:
        return render(request, "assessments/progress.html", _progress(request, found))
    return _report(request, found)


@require_GET
@for_readers
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The part of the page that is asked for again every second while a run is worked on."""
    found = get_object_or_404(queries.runs(), pk=run_id)
    if not request.headers.get("HX-Request"):
        return redirect("assessments:run", run_id)
    response = render(request, "assessments/_progress.html", _progress(request, found))
    if found.state == RunState.DONE:
        response["HX-Redirect"] = reverse("assessments:run", args=[run_id])
    patch_vary_headers(response, ["HX-Request"])
    return response


def _progress(request: HttpRequest, found: Run) -> dict[str, Any]:
    return {
        **_row(found),
        "title": _("Assessment of %(period)s") % {"period": period_label(found.period)},
        "crumbs": _crumbs(),
        "unfinished": found.state in queries.UNFINISHED,
        "stage": rules.STAGES.get(found.stage, ""),
        "may_cancel": queries.assessing_posting(_user(request)) is not None,
    }


@require_POST
@for_readers
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run."""
    get_object_or_404(Run, pk=run_id)
    try:
        actions.cancel(run_id, by=_user(request))
    except Invalid as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The run was cancelled. Nothing of it was kept."))
    return redirect("assessments:run", run_id)


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"label": label, "url": url}
        for label, url in ((_("Assessments"), reverse("assessments:index")), *more)
    ]


def _finished(run_id: int) -> Run:
    return get_object_or_404(Run.objects.select_related("scheme"), pk=run_id, state=RunState.DONE)


def _level(request: HttpRequest, levels: list[int]) -> int:
    asked = request.GET.get("level", "")
    if asked.isdecimal() and int(asked) in levels:
        return int(asked)
    return levels[0]


def _levels_seen(user: Any, found: Run) -> list[int]:
    seen = queries.results_visible_to(user, found).order_by().values_list("level", flat=True).distinct()
    levels = sorted(seen)
    if not levels:
        raise Http404
    return levels


def _report(request: HttpRequest, found: Run) -> HttpResponse:
    user = _user(request)
    levels = _levels_seen(user, found)
    level = _level(request, levels)
    results = list(queries.ranking(user, found, level))
    names = level_labels(on=rules.last_day(queries.window(found)))
    bands = report.band_labels(found)
    tones = rules.band_tones(found.scheme.bands)
    return render(
        request,
        "assessments/report.html",
        {
            "title": _("Assessment of %(period)s") % {"period": period_label(found.period)},
            "crumbs": _crumbs(),
            "run": found,
            "annual": rules.period(found.period).is_annual,
            "halves": [_row(half) for half in found.halves.order_by("period")],
            "level": level,
            "query": f"?level={level}",
            "digest_parts": [found.digest[at : at + 8] for at in range(0, len(found.digest), 8)],
            "level_name": names.get(level, ""),
            "tabs": [
                {"label": names.get(n, str(n)), "url": f"?level={n}", "active": n == level} for n in levels
            ],
            "lines": report.lines(found, results, queries.ranks_before(found, level)),
            "total": found.results.filter(level=level).count(),
            "summary": [
                {"label": label, "tone": tones[code], "n": sum(r.grade == code for r in results)}
                for code, label in bands.items()
            ],
            "legend": [{"label": label, "tone": tones[code], "area": True} for code, label in bands.items()],
            "chart_limited": len(results) > CHART_ROWS,
            "chart_rows": CHART_ROWS,
        },
    )


@require_GET
@for_readers
def chart(request: HttpRequest, run_id: int) -> HttpResponse:
    """The scores of one level as an SVG picture, the first twenty."""
    found = _finished(run_id)
    user = _user(request)
    level = _level(request, _levels_seen(user, found))
    results = list(queries.ranking(user, found, level).prefetch_related(None)[:CHART_ROWS])
    response = HttpResponse(report.chart_svg(found, results), content_type="image/svg+xml")
    # The picture carries its own style sheet; nothing else in it may load or run.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@require_GET
@for_readers
def map_data(request: HttpRequest, run_id: int) -> HttpResponse:
    """The grids of one level as GeoJSON, in the tone of their grade."""
    found = _finished(run_id)
    user = _user(request)
    level = _level(request, _levels_seen(user, found))
    results = list(queries.results_visible_to(user, found).filter(level=level))
    return JsonResponse(report.map_features(found, results))


@require_GET
@for_readers
def export(request: HttpRequest, run_id: int) -> HttpResponse:
    """The visible part of the report as a workbook; the ledger keeps who took it."""
    found = _finished(run_id)
    user = _user(request)
    results = [
        result for level in _levels_seen(user, found) for result in queries.ranking(user, found, level)
    ]
    names = level_labels(on=rules.last_day(queries.window(found)))
    content = exports.workbook(found, results, names)
    actions.note_export(found, by=user, rows=len(results))
    response = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"{_('Assessment report')} {found.period}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _result(request: HttpRequest, found: Run, grid_id: int) -> Result:
    visible = queries.results_visible_to(_user(request), found).select_related("upper", "grid")
    return get_object_or_404(visible, grid_id=grid_id)


@require_GET
@for_readers
def grid(request: HttpRequest, run_id: int, grid_id: int) -> HttpResponse:
    """One grid's result: sections, items, figures; for a year the two halves."""
    found = _finished(run_id)
    result = _result(request, found, grid_id)
    figures = list(result.figures.select_related("item").order_by("item__order"))
    for figure in figures:
        figure.item.scheme = found.scheme
    below = queries.results_visible_to(_user(request), found).filter(upper_id=grid_id)
    return render(
        request,
        "assessments/grid.html",
        {
            "title": result.grid_name,
            "crumbs": _crumbs((period_label(found.period), reverse("assessments:run", args=[run_id]))),
            "run": found,
            "annual": rules.period(found.period).is_annual,
            "line": report.lines(found, [result], queries.ranks_before(found, result.level))[0],
            "total": found.results.filter(level=result.level).count(),
            "sections": report.sections(figures),
            "definitions": {f.item.indicator: indicators.INDICATORS[f.item.indicator] for f in figures},
            "halves": queries.halves_of(found, grid_id),
            "below": report.lines(found, below.order_by("rank", "grid_code"), {}),
        },
    )


@require_GET
@for_readers
def evidence(request: HttpRequest, run_id: int, grid_id: int, item_id: int) -> HttpResponse:
    """What stands behind one figure, those that the numerator lacks first."""
    found = _finished(run_id)
    result = _result(request, found, grid_id)
    figure = get_object_or_404(Figure.objects.select_related("item"), result=result, item_id=item_id)
    indicator = indicators.INDICATORS[figure.item.indicator]
    rows = indicators.evidence(indicator, queries.window(found), grid_id=grid_id)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "assessments/evidence.html",
        {
            "title": f"{result.grid_name} · {figure.item.label}",
            "crumbs": _crumbs(
                (period_label(found.period), reverse("assessments:run", args=[run_id])),
                (result.grid_name, reverse("assessments:grid", args=[run_id, grid_id])),
            ),
            "run": found,
            "result": result,
            "figure": figure,
            "indicator": indicator,
            "page_obj": page,
            "rows": queries.evidence_rows(indicator, page.object_list, queries.window(found)),
            "changed": page.paginator.count != figure.denominator,
        },
    )
