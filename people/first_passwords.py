"""First passwords: drawn at random, hashed, and known to nobody but the sheet they are printed on.

Nothing here is written anywhere. A clear password lives in the memory of the one request that makes the
sheet, and in the sheet; the database gets its hash (``actions.issue_first_passwords``).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from people import passwords
from people.models import User

# Without what looks alike on paper: 0 and o, 1 and l and i.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, OF = 3, 4  # 31 signs, 12 of them: 59 bits
# A hash is slow on purpose: measured 0.15 s each on two cores at rest, 0.45 s where both were busy. A full
# sheet takes 9 to 27 s, which no proxy in between cuts off.
MOST = 60


@dataclass(frozen=True)
class Drawn:
    """A password for a person, and its hash. ``before`` is the hash it is to replace."""

    person: User
    password: str = field(repr=False)
    encoded: str = field(repr=False)
    before: str = field(repr=False)


@sensitive_variables()
def draw(people: Sequence[User]) -> list[Drawn]:
    """A new password for each; outside a transaction, as hashing takes long."""
    passwords = [_acceptable(person) for person in people]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # hashing lets other threads run
        encoded = list(pool.map(make_password, passwords))
    return [
        Drawn(person, password, hashed, person.password)
        for person, password, hashed in zip(people, passwords, encoded, strict=True)
    ]


@sensitive_variables()
def _acceptable(person: User) -> str:
    """One that the site's own rules for passwords accept, as nearly every one is."""
    while True:
        password = "-".join(
            "".join(secrets.choice(ALPHABET) for _sign in range(OF)) for _group in range(GROUPS)
        )
        try:
            passwords.validate(password, person)
        except ValidationError:
            continue
        return password


def state_of(people: Iterable[User]) -> str:
    """Differs once one of them has got another password."""
    lines = sorted((person.pk, person.password) for person in people)
    return hashlib.sha256(repr(lines).encode()).hexdigest()
