"""Pages of restructuring: the plans, one plan with its difference, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.errors import Invalid, NotAllowed, StaleVersion
from grids import actions, queries, tasks
from grids.models import Plan, PlanState
from grids.queries import plans
from grids.restructuring.difference import Difference, as_text, difference
from ledgers.files import response

PAGE = 20
MOST_LINES = 200  # of one kind of operation on the page; the text has them all
PENDING = "plans_being_applied"  # session: plans that were given to the worker


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The plans of the districts where the reader plans or approves, the newest first."""
    found = queries.plans_visible_to(request.user).defer(
        "target", "operations", "objections", "areas", "undo"
    )
    if not found.exists() and not _may_anywhere(request):
        raise NotAllowed(_("Plans are read by those who make or approve them."))
    context = {
        "title": _("Restructuring of grids"),
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "may_plan": queries.in_scope(request.user, "administer").exists(),
    }
    return render(request, "grids/plans.html", context)


def _may_anywhere(request: HttpRequest) -> bool:
    return any(queries.in_scope(request.user, right).exists() for right in ("administer", "approve_plan"))


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: figures, objections, what it means, the tree and the maps, every operation."""
    found = _plan(request, pk)
    shown = difference(found)
    levels = plans.map_levels(found)
    wanted = request.GET.get("level", "")
    level = int(wanted) if wanted in {str(one) for one, *_rest in levels} else (levels[0][0] if levels else 0)
    pending = request.session.get(PENDING, [])
    being_applied = found.state == PlanState.APPROVED and found.pk in pending
    context = {
        "title": found.title,
        "plan": found,
        "difference": shown,
        "groups": [(group, group.lines[:MOST_LINES]) for group in shown.groups],
        "most_lines": MOST_LINES,
        "tree": plans.changed_tree(found) if found.operations else [],
        "level_text": str(level),
        "level_tabs": [
            {
                "label": label,
                "url": f"{reverse('grids:plan', args=[pk])}?level={one}#maps",
                "active": one == level,
                "count": count,
            }
            for one, label, count in levels
        ],
        "map_url": reverse("grids:plan_map", args=[pk]),
        "legend": [
            {"label": word, "tone": plans.MARKS[mark][1], "area": True}
            for mark, word in plans.mark_words().items()
            if mark != "kept"
        ],
        "acts": _acts(request, found, shown),
        "being_applied": being_applied,
        "crumbs": [{"label": _("Restructuring of grids"), "url": reverse("grids:plans")}],
    }
    template = "grids/_plan_state.html" if request.GET.get("part") == "state" else "grids/plan.html"
    return render(request, template, context)


@require_safe
def plan_map(request: HttpRequest, pk: int) -> HttpResponse:
    """GeoJSON of one level before or after the plan."""
    found = _plan(request, pk)
    level, when = request.GET.get("level", ""), request.GET.get("when", "")
    if level not in {"1", "2", "3", "4"} or when not in {"before", "after"}:
        raise Http404
    body = {
        "type": "FeatureCollection",
        "features": plans.map_features(found, level=int(level), after=when == "after"),
    }
    text = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":")).encode(body)
    return HttpResponse(text, content_type="application/geo+json; charset=utf-8")


@require_safe
def plan_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Every operation of the plan as plain text, to be filed."""
    found = _plan(request, pk)
    answer = HttpResponse("\n".join(as_text(difference(found))), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="plan-{found.pk}.txt"'
    return answer


@require_safe
def plan_file(request: HttpRequest, pk: int) -> FileResponse:
    """The workbook that the plan was made from."""
    found = _plan(request, pk)
    if found.file is None:
        raise Http404
    answer = response(found.file)
    answer["Content-Disposition"] = f'attachment; filename="plan-{found.pk}.xlsx"'
    return answer


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Approve, apply, roll back, remake or withdraw a plan; what refuses it is said on its page."""
    found = _plan(request, pk)
    acts: dict[str, Callable[..., Plan]] = {
        "approve": actions.approve_plan,
        "roll-back": actions.roll_back_plan,
        "remake": actions.remake_plan,
        "withdraw": actions.withdraw_plan,
    }
    try:
        if name == "apply":
            _give_to_worker(request, found)
            messages.info(request, _("The plan is being applied."))
        elif name in acts:
            found = acts[name](found.pk, by=request.user)
            messages.success(request, _done(name, found))
        else:
            raise Http404
    except (Invalid, StaleVersion) as refused:
        messages.error(request, str(refused))
    return redirect("grids:plan", pk=found.pk)


def _give_to_worker(request: HttpRequest, found: Plan) -> None:
    """Let the worker apply it; who may not, or comes too early, is told at once."""
    queries.actor(request.user, "administer", found.root_id)
    if found.state != PlanState.APPROVED:
        raise Invalid({"": _("Only an approved plan is applied.")})
    if found.effective_on > timezone.localdate():
        raise Invalid(
            {
                "": _("This plan takes effect on %(day)s and cannot be applied before.")
                % {"day": found.effective_on.isoformat()}
            }
        )
    request.session[PENDING] = [*request.session.get(PENDING, [])[-9:], found.pk]
    by_id = request.user.pk
    transaction.on_commit(lambda: tasks.apply_plan.delay(found.pk, by_id))


def _done(name: str, found: Plan) -> str:
    if name == "approve":
        return _("Approved. It is applied by itself on %(day)s.") % {"day": found.effective_on.isoformat()}
    if name == "roll-back":
        return _("Rolled back: the tree is as it was before.")
    if name == "remake":
        return _("Planned anew on the tree as it is now.")
    return _("The plan was given up.")


def _plan(request: HttpRequest, pk: int) -> Plan:
    found = queries.plans_visible_to(request.user).select_related("file", "remade_from", "rolled_back_by")
    return get_object_or_404(found, pk=pk)


def _acts(request: HttpRequest, found: Plan, shown: Difference) -> list[dict[str, Any]]:
    """The buttons that this reader has now, the main one first."""
    plans_here = queries.in_scope(request.user, "administer").filter(pk=found.root_id).exists()
    approves = queries.in_scope(request.user, "approve_plan").filter(pk=found.root_id).exists()
    may: dict[str, bool] = {
        "approve": found.state == PlanState.PLANNED
        and bool(found.operations)
        and approves
        and found.planned_by_id != request.user.pk,
        "apply": found.state == PlanState.APPROVED
        and plans_here
        and found.effective_on <= timezone.localdate(),
        "roll-back": found.state == PlanState.APPLIED and plans_here,
        "remake": found.state in (PlanState.REFUSED, PlanState.ROLLED_BACK, PlanState.OBJECTED)
        and plans_here,
        "withdraw": found.state in (PlanState.PLANNED, PlanState.APPROVED, PlanState.OBJECTED) and plans_here,
    }
    effect = _effect(shown)
    labels = {
        "approve": _("Approve: from %(day)s %(effect)s")
        % {"day": found.effective_on.isoformat(), "effect": effect},
        "apply": _("Apply now: %(effect)s") % {"effect": effect},
        "roll-back": _("Roll back"),
        "remake": _("Plan anew on today's tree"),
        "withdraw": _("Give the plan up"),
    }
    asks = {
        "apply": _("The tree will change at once: %(effect)s.") % {"effect": effect},
        "roll-back": _(
            "The tree goes back to what it was before this plan. Nothing may have been recorded yet."
        ),
        "withdraw": _("The plan can then no longer be approved or applied."),
    }
    return [
        {
            "name": name,
            "label": labels[name],
            "confirm": asks.get(name, ""),
            "main": name in ("approve", "apply"),
            "danger": name == "roll-back",
        }
        for name, allowed in may.items()
        if allowed
    ]


def _effect(shown: Difference) -> str:
    """「8→7 镇, 146→134 村」: what a button does, in few words."""
    changed = [f"{row.before}→{row.after} {row.after_label}" for row in shown.levels if row.change]
    if changed:
        return ", ".join(changed)
    n = sum(len(group.operations) for group in shown.groups)
    return ngettext("%(n)s change", "%(n)s changes", n) % {"n": n}
