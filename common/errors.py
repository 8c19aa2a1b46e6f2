"""The closed set of domain errors; views and API turn them into answers in one place."""

from collections.abc import Mapping


class DomainError(Exception):
    """Anything the rules of the domain refuse. ``str()`` is a sentence for the user."""


class NotAllowed(DomainError):
    """The thing is in the user's sight, but no posting of theirs permits the act (403)."""


class StaleVersion(DomainError):
    """The thing changed since the user saw it; nothing was written (409)."""

    def __init__(self, message: str, *, seen: int, now: int) -> None:
        super().__init__(message)
        self.seen = seen
        self.now = now


class Invalid(DomainError):
    """Input breaks a rule: ``fields`` maps field name (``""`` for the whole) to a sentence."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self.fields: dict[str, str] = {name: str(text) for name, text in fields.items()}
        super().__init__("; ".join(self.fields.values()))
