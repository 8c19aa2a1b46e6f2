"""What a dossier says: one way to write it, what it may not say, and differences in words."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from grids import dossiers
from tests.grids.dossiers.build import CREDIT_CODE, PARTS, full

TODAY = date(2026, 11, 24)


def wrong(content: dict[str, Any]) -> set[tuple[str, str]]:
    return {(fault.part, fault.key) for fault in dossiers.faults(content, today=TODAY)}


def test_equal_dossiers_are_equal_contents_whatever_their_order_and_spaces():
    two = [
        {"kind": "noise", "name": "空压机", "pollutants": "", "outlet": ""},
        {"kind": "exhaust", "name": "喷漆房", "pollutants": "挥发性有机物", "outlet": "15 m 排气筒"},
    ]
    one = full({"sources": two})
    other = full(
        {"sources": [dict(row) for row in reversed(two)]},
        address=" 新港街道岗李中心街12号　",
        lon=113.85,
        credit_code=CREDIT_CODE.lower(),
    )
    assert one == other
    assert dossiers.digest(one) == dossiers.digest(other)


def test_long_texts_keep_their_lines():
    assert full(remarks="一\r\n二\r三 ")["remarks"] == "一\n二\n三"


def test_a_sound_dossier_has_no_fault():
    assert wrong(full()) == set()
    assert wrong(dossiers.made({"kind": "market", "risk": "ordinary", "lon": 113, "lat": 34}, {})) == set()


@pytest.mark.parametrize(
    ("main", "key"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "factory"}, "kind"),
        ({"risk": ""}, "risk"),
        ({"lon": ""}, "lon"),
        ({"lon": "181"}, "lon"),
        ({"lat": "91"}, "lat"),
        ({"lat": "NaN"}, "lat"),
        ({"lat": "1e9"}, "lat"),
        ({"address": "长" * 201}, "address"),
        ({"remarks": "\x00"}, "remarks"),
        ({"industry": "\ud800"}, "industry"),
        ({"surveyed_on": "2026-11-25"}, "surveyed_on"),
        ({"surveyed_on": "昨天"}, "surveyed_on"),
        ({"surveyed_on": "20261101"}, "surveyed_on"),
        ({"credit_code": CREDIT_CODE[:-1] + "4"}, "credit_code"),
        ({"credit_code": "91350100I000100Y43"}, "credit_code"),
        ({"credit_code": "914101"}, "credit_code"),
    ],
)
def test_what_a_dossier_may_not_say(main: dict[str, Any], key: str):
    assert wrong(full(**main)) == {("", key)}


@pytest.mark.parametrize(
    ("part", "change", "key"),
    [
        ("sources", {"name": ""}, "name"),
        ("sources", {"kind": "smell"}, "kind"),
        ("permits", {"valid_until": "2023-12-31"}, "valid_until"),
        ("permits", {"number": ""}, "number"),
        ("permits", {"valid_from": "2026-02-30"}, "valid_from"),
        ("facilities", {"state": ""}, "state"),
        ("facilities", {"process": "长" * 201}, "process"),
    ],
)
def test_what_a_row_may_not_say(part: str, change: dict[str, str], key: str):
    assert wrong(full({part: [PARTS[part][0] | change]})) == {(part, key)}


def test_every_single_copying_error_in_a_credit_code_is_found():
    for place, sign in enumerate(CREDIT_CODE):
        for other in dossiers.SIGNS:
            if other != sign:
                spoilt = CREDIT_CODE[:place] + other + CREDIT_CODE[place + 1 :]
                assert dossiers.credit_code_fault(spoilt) is not None


def test_a_difference_tells_what_was_and_what_is():
    old, new = full(), full(address="", risk="second", lon="113.860000")
    with translation.override("en"):
        told = {(c.label, c.old, c.new) for c in dossiers.difference(old, new)}
    assert told == {
        ("Risk grade", "Key", "Second class"),
        ("Address", "新港街道岗李中心街12号", "—"),
        ("Position", "113.850000, 34.520000", "113.860000, 34.520000"),
    }
    assert dossiers.difference(old, full()) == []


def test_rows_of_lists_are_told_by_their_names():
    permit = PARTS["permits"][0]
    new = full(
        {
            "permits": [permit | {"valid_until": "2029-12-31"}],
            "facilities": [],
            "sources": [*PARTS["sources"], {"kind": "noise", "name": "破碎机"}],
        }
    )
    with translation.override("en"):
        told = [(c.label, c.old, c.new) for c in dossiers.difference(full(), new)]
    assert told == [
        ("Pollution source “破碎机”", "", "Noise"),
        (f"Permit “{permit['number']}” · Valid until", "2028-12-31", "2029-12-31"),
        ("Treatment facility “布袋除尘器”", "Dust · 风量 20000 m³/h · Running", "removed"),
    ]


def test_what_one_did_not_touch_follows_the_other():
    seen = full()
    typed = full(address="迎宾路1号", contact_name="李红")
    now = full({"sources": []}, address="振兴路9号", industry="混凝土搅拌站")
    merged, both = dossiers.merge(seen, typed, now)
    assert (merged["address"], merged["contact_name"], merged["industry"]) == (
        "迎宾路1号",
        "李红",
        "混凝土搅拌站",
    )
    assert merged["sources"] == []
    assert [(c.old, c.new) for c in both] == [("振兴路9号", "迎宾路1号")]


def test_a_position_is_merged_whole():
    seen = full()
    merged, both = dossiers.merge(seen, full(lon="113.900000"), full(lat="34.600000"))
    assert dossiers.position(merged) == "113.900000, 34.520000"
    assert len(both) == 1


def test_a_content_from_before_a_field_was_there_is_still_read():
    old = {key: value for key, value in full().items() if key not in ("remarks", "facilities")}
    assert dossiers.read(old) == full({"facilities": []})
    assert dossiers.read(full() | {"gone": "x"}) == full()
