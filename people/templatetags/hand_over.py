"""The card of what a person has taken over, for the first pages of the roles."""

from typing import Any

from django import template

from people.hand_over import taken_over
from people.models import User

register = template.Library()


@register.inclusion_tag("people/_hand_over.html", takes_context=True)
def hand_over(context: dict[str, Any]) -> dict[str, Any]:
    """The card, where work that the person has taken over still waits; nothing otherwise."""
    user = getattr(context.get("request"), "user", None)
    found = taken_over(user) if isinstance(user, User) else []
    return {"taken_over": [taken for taken in found if taken.work]}
