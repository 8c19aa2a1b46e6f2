"""Two people at once on one dossier: one is kept, the other is told, and no version is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from common.errors import StaleVersion
from grids import actions
from tests import factories
from tests.grids.dossiers.build import full, kept, version

ROUNDS = 6


@pytest.mark.django_db(transaction=True)
def test_one_wins_and_the_other_is_told() -> None:
    places = factories.grid_tree()
    cast = factories.make_cast(places)
    together = Barrier(2, timeout=30)

    def change(who: str, seen: int) -> str:
        try:
            together.wait()
            user = getattr(cast, who)
            actions.change_dossier(places.site.pk, full(remarks=f"{who} {seen}"), by=user, version=seen)
            return "kept"
        except StaleVersion:
            return "told"
        finally:
            connection.close()

    for seen in range(1, ROUNDS + 1):
        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(change, ("worker", "leader"), (seen, seen)))
        assert answers == ["kept", "told"]
    assert version(places.site) == ROUNDS + 1
    assert [number for number, _content in kept(places.site)] == list(range(1, ROUNDS + 2))
