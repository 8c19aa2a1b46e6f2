"""Telephone numbers as offices write them; one rule for every form and workbook."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from common.words import Words, words

FEWEST, MOST = 3, 20  # figures: from 110 to a number abroad with its extension
# Figures with signs between them, the area code in brackets; last an extension: 转8001, ext. 8001, x8001, #1.
NUMBER = re.compile(
    r"^\+?[0-9()（）\- –—－]*[0-9)）]"
    r"(?:\s*(?:转|分机|分机号|ext\.?|extension|x|#|,)\s*[:：]?\s*[0-9]{1,8})?$",
    re.IGNORECASE,
)
_BRACKETS = str.maketrans("（）", "()")


def fault(text: str) -> Words | None:
    """Why a text is no telephone number; None where it is one, and where it is empty."""
    said = text.strip()
    if not said:
        return None
    figures = sum(sign.isascii() and sign.isdecimal() for sign in said)
    if FEWEST <= figures <= MOST and NUMBER.match(said) and _paired(said.translate(_BRACKETS)):
        return None
    return words(
        "This is no telephone number. It has 3 to 20 figures, such as 13800000000, 0371-86199999 or"
        " +86 371 86199999 ext. 8001."
    )


def validate(text: str) -> None:
    """The same for a field. Raises ``ValidationError``."""
    wrong = fault(text)
    if wrong is not None:
        raise ValidationError(str(wrong), code="phone")


def _paired(text: str) -> bool:
    """Whether every bracket that opens closes before the next."""
    return re.fullmatch(r"[^()]*(?:\([^()]*\)[^()]*)*", text) is not None
