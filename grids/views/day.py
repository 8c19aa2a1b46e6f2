"""The day of which a page is asked, `?on=2017-06-01`; without it, today."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone


def asked_day(request: HttpRequest) -> date | None:
    """The past day asked for; None for today, for a day to come and for what is no day."""
    day = _typed(request)
    return day if day is not None and day < timezone.localdate() else None


def _typed(request: HttpRequest) -> date | None:
    """The day that stands in the address; None for what is none."""
    try:
        return date.fromisoformat(request.GET.get("on", "").strip())
    except ValueError:
        return None


def day_context(request: HttpRequest, on: date | None) -> dict[str, Any]:
    """What the date picker shows: the day, today, whether what was typed is a day that can be shown, and
    what was typed if it is no day at all."""
    typed = request.GET.get("on", "").strip()
    today = timezone.localdate()
    return {
        "on": on,
        "today": today,
        "on_query": f"?on={on.isoformat()}" if on else "",
        "on_invalid": typed[:40] if typed and _typed(request) is None else "",
        "on_unknown": bool(typed) and on is None and typed != today.isoformat(),
    }
