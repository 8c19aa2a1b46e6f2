"""Restructuring by the timetable, thin calls into the actions."""

from __future__ import annotations

import logging

from celery import shared_task
from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from common.errors import DomainError
from grids import actions
from grids.actions.plans import refuse_plan
from grids.models import Plan, PlanState

# The database was locked or away: nothing is wrong with the plan.
UNREACHABLE = (OperationalError, InterfaceError)

logger = logging.getLogger(__name__)


@shared_task
def apply_due_plans() -> None:
    """Apply every approved plan whose day has come, the earliest first; safe to repeat, and to come late.

    One that cannot be applied does not keep the next from it.
    """
    due = Plan.objects.filter(state=PlanState.APPROVED, effective_on__lte=timezone.localdate())
    for pk in list(due.order_by("effective_on", "pk").values_list("pk", flat=True)):
        try:
            apply_plan(pk)
        except UNREACHABLE:
            logger.exception("plan not applied, tried again next time plan=%s", pk)


@shared_task
def apply_plan(plan_id: int, by_id: int | None = None) -> None:
    """Apply one plan; what refuses it is kept with the plan, and told in the log."""
    by = None if by_id is None else get_user_model().objects.get(pk=by_id)
    try:
        actions.apply_plan(plan_id, by=by)
    except DomainError as refused:
        logger.warning("plan not applied plan=%s why=%s", plan_id, refused)
    except UNREACHABLE:
        raise
    except Exception as fault:  # whatever it is: left approved, it would fail at every run
        logger.exception("plan not applied plan=%s", plan_id)
        refuse_plan(plan_id, why=str(fault).partition("\n")[0][:200])
