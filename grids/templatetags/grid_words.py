"""Words about grids for templates."""

from django import template

register = template.Library()


@register.filter
def level_name(level: int, labels: dict[int, str]) -> str:
    """What a level is called, by the labels of the page."""
    return labels.get(level, str(level))
