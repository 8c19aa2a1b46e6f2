"""Sentences that are stored and read later, each reader in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, ngettext


@dataclass(frozen=True)
class Words:
    """A text of the catalogues with the values that stand in it; ``str()`` gives it in the active language.

    ``many`` is the text for more than one ``n``. Values are plain JSON, or other words as JSON.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    many: str = ""

    def __str__(self) -> str:
        values = {name: _shown(value) for name, value in self.values.items()}
        text = ngettext(self.text, self.many, int(values["n"])) if self.many else gettext(self.text)
        return text % values

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "values": dict(self.values), "many": self.many}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Words:
        return cls(stored["text"], stored["values"], stored["many"])


def words(text: str, /, **values: Any) -> Words:
    """A sentence to be stored; the extractor of texts knows this function by its name."""
    return Words(text, {name: _stored(value) for name, value in values.items()})


def plural_words(one: str, many: str, n: int, /, **values: Any) -> Words:
    """A sentence about ``n`` things to be stored."""
    return Words(one, {"n": n, **{name: _stored(value) for name, value in values.items()}}, many)


def _stored(value: Any) -> Any:
    return value.as_json() if isinstance(value, Words) else value


def _shown(value: Any) -> Any:
    return str(Words.from_json(value)) if isinstance(value, dict) else value
