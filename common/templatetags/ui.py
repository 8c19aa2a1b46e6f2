"""Template tags of the design system: icons, badges, times, figures. See docs/design-system.md."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()

DASH = "—"
SOON = timedelta(hours=24)


@register.simple_tag
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """One sign of static/img/icons.svg, as tall as the text; only one with a `label` is read out."""
    classes = f"icon {extra}".strip()
    target = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, target
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', classes, target
    )


@register.simple_tag
def icon_file() -> str:
    """The address of the sprite, for scripts that draw a sign themselves."""
    return static("img/icons.svg")


@register.simple_tag
def badge(text: object, tone: str = "resting", plain: bool = False) -> SafeString:
    """A state as a word on its soft ground. Tones: late, soon, underway, done, resting, brand."""
    classes = f"badge badge--{tone}" + (" badge--plain" if plain else "")
    return format_html('<span class="{}">{}</span>', classes, text)


@register.simple_tag
def pages(page_obj: Page[Any]) -> list[int | str]:
    """The page numbers to offer, with an ellipsis where some are left out."""
    return list(page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1))


# ---- times


def _full(moment: datetime | date) -> str:
    return date_format(moment, "Y-m-d H:i") if isinstance(moment, datetime) else date_format(moment, "Y-m-d")


def _local(moment: datetime | date) -> datetime | date:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def _machine(moment: datetime | date) -> str:
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()


def _day_words(day: date, today: date) -> str:
    """今天, 昨天, 明天, 11月20日, or with the year when it is another one."""
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if (word := near.get((day - today).days)) is not None:
        return word
    if day.year == today.year:
        # Translators: a day of this year, in Django's date format; 20 Nov
        return date_format(day, pgettext("date format", "j M"))
    # Translators: a day of another year, in Django's date format; 20 Nov 2025
    return date_format(day, pgettext("date format", "j M Y"))


@register.filter
def when(moment: datetime | date | None) -> SafeString:
    """今天 14:30, 昨天 09:00, 11月20日 14:30; a day alone without the clock. On hover the full date."""
    if not moment:
        return SafeString(DASH)
    local = _local(moment)
    if isinstance(local, datetime):
        words = f"{_day_words(local.date(), timezone.localdate())} {local:%H:%M}"
    else:
        words = _day_words(local, timezone.localdate())
    return format_html('<time datetime="{}" title="{}">{}</time>', _machine(local), _full(local), words)


def _span(length: timedelta) -> tuple[str, int]:
    """The unit a length is told in, and how many: minutes below an hour, hours below two days, then days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return "minute", max(minutes, 1)
    if minutes < 48 * 60:
        return "hour", minutes // 60
    return "day", minutes // (24 * 60)


def _left_words(unit: str, n: int) -> str:
    if unit == "minute":
        return ngettext("%(n)s minute left", "%(n)s minutes left", n) % {"n": n}
    if unit == "hour":
        return ngettext("%(n)s hour left", "%(n)s hours left", n) % {"n": n}
    return ngettext("%(n)s day left", "%(n)s days left", n) % {"n": n}


def _over_words(unit: str, n: int) -> str:
    if unit == "minute":
        return ngettext("%(n)s minute overdue", "%(n)s minutes overdue", n) % {"n": n}
    if unit == "hour":
        return ngettext("%(n)s hour overdue", "%(n)s hours overdue", n) % {"n": n}
    return ngettext("%(n)s day overdue", "%(n)s days overdue", n) % {"n": n}


@register.filter
def time_left_tone(due: datetime | None) -> str:
    """late when past, soon within a day, else resting."""
    if not due:
        return "resting"
    left = due - timezone.now()
    if left < timedelta(0):
        return "late"
    return "soon" if left <= SOON else "resting"


@register.filter
def time_left(due: datetime | None) -> SafeString:
    """还剩 3 小时, 超期 2 天, in its tone, with the full deadline on hover. For clocks that still run."""
    if not due:
        return SafeString(DASH)
    left = due - timezone.now()
    unit, n = _span(abs(left))
    words = _left_words(unit, n) if left >= timedelta(0) else _over_words(unit, n)
    local = timezone.localtime(due)
    return format_html(
        '<time class="time-left time-left--{}" datetime="{}" title="{}">{}</time>',
        time_left_tone(due),
        local.isoformat(timespec="minutes"),
        _("Due %(when)s") % {"when": _full(local)},
        words,
    )


@register.filter
def days_ago(day: datetime | date | None) -> str:
    """今天, 昨天, 6 天前: how long ago a day was; 从未 for none."""
    if not day:
        return _("never")
    local = _local(day)
    gone = (timezone.localdate() - (local.date() if isinstance(local, datetime) else local)).days
    if gone <= 0:
        return _("today")
    if gone == 1:
        return _("yesterday")
    return ngettext("%(n)s day ago", "%(n)s days ago", gone) % {"n": gone}


# ---- figures


@register.filter
def dash(value: object) -> object:
    """The value, or 「—」 where there is none; 0 and False are values."""
    return DASH if value is None or value == "" else value


@register.filter
def grouped(number: int | Decimal | float | None) -> str:
    """12,345: thousands set apart, in both languages; 「—」 for none."""
    return DASH if number is None or number == "" else f"{number:,}"


@register.filter
def percent(ratio: Decimal | float | None) -> str:
    """A ratio from 0 to 1 as 98.25%, rounded half up; nothing due reads 不适用, never 0 % or 100 %."""
    if ratio is None or ratio == "":
        return pgettext("figure", "n/a")
    share = (Decimal(str(ratio)) * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{share}%"


@register.filter
def distance(metres: float | None) -> str:
    """350 m, 1.2 km."""
    if metres is None:
        return DASH
    if metres < 1000:
        return f"{round(metres)} m"
    return f"{metres / 1000:.1f} km"
