from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments import rules

YEARS_BACK = 2


class StartForm(forms.Form):
    """Which period to assess: the halves and years that have begun, the latest first."""

    period = forms.ChoiceField(
        label=pgettext_lazy("assessment", "Period"),
        help_text=_("The year combines both half-years; a missing half is assessed first."),
        choices=lambda: [(code, period_label(code)) for code in begun()],
    )


def begun() -> list[str]:
    """Codes of the periods with something to assess today, years after their halves."""
    today = timezone.localdate()
    codes: list[str] = []
    for year in range(today.year, today.year - YEARS_BACK - 1, -1):
        halves = [
            f"{year}{half}" for half in ("H2", "H1") if rules.period(f"{year}{half}").start.date() < today
        ]
        codes += [str(year)] if len(halves) == 2 else []
        codes += halves
    return codes


def period_label(code: str) -> str:
    """2026 first half-year, or the year, in the reader's language."""
    words = {
        "": _("%(year)s, whole year"),
        "H1": _("%(year)s, first half-year"),
        "H2": _("%(year)s, second half-year"),
    }
    return words[code[4:]] % {"year": code[:4]}
