"""Passwords: which will do, and what of a copied one was never meant to be typed."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from people.models import User

# A zero-width space, and the mark that stands before some texts: both come along when a printed or shown
# text is copied, and nobody sees or types them.
UNSEEN = dict.fromkeys(map(ord, "\u200b\ufeff"))


@sensitive_variables("text")
def seen(text: str) -> str:
    """A text without the signs that nobody sees."""
    return text.translate(UNSEEN)


@sensitive_variables("password")
def validate(password: str, person: User) -> None:
    """The site's own rules, and none that is the login name over and over. Raises ``ValidationError``."""
    faults: list[ValidationError] = []
    try:
        validate_password(password, person)
    except ValidationError as refusal:
        faults = [_in_words(fault) for fault in refusal.error_list]
    if not faults and _repeats(password, person.username):
        faults = [
            ValidationError(_("The password is only the login name repeated."), code="password_too_similar")
        ]
    if faults:
        raise ValidationError(faults)


def _in_words(fault: ValidationError) -> ValidationError:
    """A fault as the site says it: Django's own words for a short one have no Chinese yet."""
    if fault.code != "password_too_short":
        return fault
    least: int = (fault.params or {})["min_length"]
    text = ngettext(
        "The password is too short. It needs at least %(n)s sign.",
        "The password is too short. It needs at least %(n)s signs.",
        least,
    )
    return ValidationError(text % {"n": least}, code=fault.code)


@sensitive_variables("password")
def _repeats(password: str, name: str) -> bool:
    """Whether nothing but the name is left, whatever the capitals and the signs between."""
    said = "".join(sign for sign in password.casefold() if sign.isalnum())
    once = "".join(sign for sign in name.casefold() if sign.isalnum())
    return bool(once) and not said.replace(once, "")
