"""The demo's dossiers: sound, believable, and the same for the same date."""

from collections import Counter
from typing import Any

import pytest

from demo import district, dossiers
from demo.sites import sites
from demo.trades import TRADES
from grids.dossiers import faults
from grids.models import Facility, Grid, Permit, PollutionSource, Site, SiteKind
from grids.queries.dossiers import contents
from tests.demo.conftest import TODAY
from tests.demo.digests import digest

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("demo"),
]


def test_no_dossier_says_what_it_may_not():
    said = contents(Site.objects.values_list("pk", flat=True))
    assert len(said) == 3240
    assert [(pk, fault) for pk, content in said.items() for fault in faults(content, today=TODAY)] == []


def test_most_are_surveyed_some_are_not_and_those_say_nothing_yet():
    waiting = Site.objects.filter(surveyed_on__isnull=True)
    assert 300 <= waiting.count() <= 600
    assert not PollutionSource.objects.filter(site__in=waiting).exists()
    assert not waiting.exclude(industry="").exists()


def test_every_enterprise_surveyed_has_an_industry_and_sources():
    surveyed = Site.objects.filter(kind=SiteKind.ENTERPRISE, surveyed_on__isnull=False)
    assert not surveyed.filter(industry="").exists()
    assert not surveyed.filter(sources__isnull=True).exists()


def test_every_trade_that_names_an_enterprise_is_known():
    names = [site.name for site in sites() if site.kind == SiteKind.ENTERPRISE]
    assert [name for name in names if not name.endswith(tuple(TRADES))] == []


def test_some_permits_have_expired_and_some_facilities_stand_still():
    expired = Permit.objects.filter(valid_until__lt=TODAY).count()
    assert 30 <= expired <= 300
    states = Counter(Facility.objects.values_list("state", flat=True))
    assert states["running"] > states["repair"] > 0
    assert states["stopped"] > 0


def test_credit_codes_cannot_be_real_and_are_never_given_twice():
    codes = list(Site.objects.exclude(credit_code="").values_list("credit_code", flat=True))
    assert len(codes) == len(set(codes)) > 2000
    assert all(code[2:8] == "000000" for code in codes)


def test_the_same_date_gives_the_same_dossiers():
    rows = district.rows()
    grids = {grid.code: grid for grid in Grid.objects.select_related("parent__parent").order_by("pk")}
    told = dossiers.build(district.build(TODAY, rows, grids).sites, TODAY)
    lists: tuple[list[Any], ...] = (told.sources, told.permits, told.facilities)
    for one in lists:
        for row in one:
            row._prepare_related_fields_for_save(operation_name="compare")
        model = type(one[0])
        assert digest(one) == digest(model._default_manager.order_by("pk")), model.__name__
    surveyed = dict(Site.objects.values_list("pk", "surveyed_on"))
    assert {site.pk: site.surveyed_on for site in told.sites}.items() <= surveyed.items()
