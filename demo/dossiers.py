"""Dossiers of the demo's sites: surveyed on a day, with sources, permits and facilities; all illustrative.

Each site draws from a generator of its own, so that one more site would change no other.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.trades import Trade, trade_of
from grids.dossiers import check_sign
from grids.models import (
    Facility,
    FacilityState,
    Grid,
    Permit,
    PermitKind,
    PollutionSource,
    Risk,
    Site,
    SiteKind,
)

SEED = 20260704
NOT_SURVEYED = 14  # in 100
CAMPAIGN = (35, 240)  # days before today, between which a village was surveyed
STOPPED, REPAIR = 4, 5  # facilities in 100
FIVE_YEARS = 1826
OFFICES = {
    PermitKind.DISCHARGE_PERMIT: "市生态环境局",
    PermitKind.DISCHARGE_REGISTRATION: "全国排污许可证管理信息平台",
    PermitKind.IMPACT_APPROVAL: "区生态环境分局",
    PermitKind.DRAINAGE: "区城市管理局",
    PermitKind.OTHER: "区建设局",
}
# How many years each kind of permit runs; others have no end.
YEARS = {PermitKind.DISCHARGE_PERMIT: 5, PermitKind.DRAINAGE: 5, PermitKind.DISCHARGE_REGISTRATION: 5}


@dataclass
class Dossiers:
    """Sites with what was surveyed on them, and the rows that hang on them; keys count from one."""

    sites: list[Site] = field(default_factory=list)
    sources: list[PollutionSource] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    facilities: list[Facility] = field(default_factory=list)


SURVEYED = ("credit_code", "industry", "surveyed_on")  # the fields that a survey adds to a site


def build(sites: list[Site], today: date) -> Dossiers:
    """Dossiers for sites of the loaded tree (grids and their upper grids at hand); nothing is written."""
    made = Dossiers()
    for site in sites:
        rng = random.Random(f"{SEED}:{site.grid.code}")
        if rng.randrange(100) < NOT_SURVEYED:
            continue
        trade = trade_of(site.kind, site.grid.name)
        site.surveyed_on = _surveyed(site.grid, today)
        site.industry = trade.industry
        site.credit_code = _credit_code(rng, site.kind)
        made.sites.append(site)
        _sources(made, site, trade)
        _permits(made, site, trade, rng, today)
        _facilities(made, site, trade, rng)
    return made


def _surveyed(grid: Grid, today: date) -> date:
    """A village is surveyed within one week of a campaign."""
    village = grid.parent.parent if grid.parent else None
    rng = random.Random(f"{SEED}:{village.code if village else ''}")
    return today - timedelta(days=rng.randint(*CAMPAIGN) + grid.pk % 5)


def _credit_code(rng: random.Random, kind: str) -> str:
    """A code that cannot exist: no place has the division 000000."""
    head = {SiteKind.AGENCY: "11", SiteKind.ORGANISATION: "51"}.get(SiteKind(kind), "91")
    if kind in (SiteKind.COMPOUND, SiteKind.CONSTRUCTION):
        return ""
    first = f"{head}000000MA" + "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(7))
    return first + check_sign(first)


def _sources(made: Dossiers, site: Site, trade: Trade) -> None:
    for kind, name, pollutants, outlet in trade.sources:
        made.sources.append(
            PollutionSource(
                pk=len(made.sources) + 1,
                site=site,
                kind=str(kind),
                name=name,
                pollutants=pollutants,
                outlet=outlet,
            )
        )


def _permits(made: Dossiers, site: Site, trade: Trade, rng: random.Random, today: date) -> None:
    for kind in trade.permits:
        kept = kind
        # The smaller ones are registered, not permitted; a few never went to the office at all.
        if kind == PermitKind.DISCHARGE_PERMIT and site.risk == Risk.ORDINARY:
            kept = PermitKind.DISCHARGE_REGISTRATION
        if rng.randrange(100) < 6:
            continue
        years = YEARS.get(PermitKind(kept))
        since = today - timedelta(days=rng.randint(30, FIVE_YEARS + 90 if years else 3000))
        until = since.replace(year=since.year + years, day=min(since.day, 28)) if years else None
        made.permits.append(
            Permit(
                pk=len(made.permits) + 1,
                site=site,
                kind=str(kept),
                number=_number(PermitKind(kept), site, since, rng),
                issued_by=OFFICES[PermitKind(kept)],
                valid_from=since,
                valid_until=until,
            )
        )


def _number(kind: PermitKind, site: Site, since: date, rng: random.Random) -> str:
    serial = rng.randint(1, 400)
    match kind:
        case PermitKind.DISCHARGE_PERMIT:
            return f"{site.credit_code or site.grid.code}001Q"
        case PermitKind.DISCHARGE_REGISTRATION:
            return f"{site.credit_code or site.grid.code}001X"
        case PermitKind.IMPACT_APPROVAL:
            return f"港环审〔{since.year}〕{serial}号"
        case PermitKind.DRAINAGE:
            return f"港排水许字〔{since.year}〕第{serial}号"
        case _:
            return f"扬尘防治备案〔{since.year}〕{serial}号"


def _facilities(made: Dossiers, site: Site, trade: Trade, rng: random.Random) -> None:
    for treats, name, process in trade.facilities:
        roll = rng.randrange(100)
        state = FacilityState.RUNNING
        if roll < STOPPED + REPAIR:
            state = FacilityState.STOPPED if roll < STOPPED else FacilityState.REPAIR
        made.facilities.append(
            Facility(
                pk=len(made.facilities) + 1,
                site=site,
                name=name,
                treats=str(treats),
                process=process,
                state=state.value,
            )
        )
