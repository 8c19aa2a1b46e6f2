"""Words about grids for templates."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from common.templatetags.ui import DASH
from grids import versions

register = template.Library()


@register.filter
def level_name(level: int, labels: dict[int, str]) -> str:
    """What a level is called, by the labels of the page."""
    return labels.get(level, str(level))


@register.filter
def items(version: Any) -> list[str]:
    """The items of a task, a method or a responsibility list in the reader's language."""
    return versions.items(version)


@register.filter
def square_metres(area: float | None) -> str:
    """12,345 m², to the square metre; 「—」 for none."""
    return DASH if area is None else _("%(n)s m²") % {"n": f"{round(area):,}"}
