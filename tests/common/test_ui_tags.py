from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template import engines
from django.utils import timezone, translation

from common.templatetags import ui

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # 14:30 in Shanghai, a Tuesday


@pytest.fixture(autouse=True)
def at_half_past_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def plain(html: object) -> str:
    return str(html).split(">", 1)[1].rsplit("<", 1)[0]


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (NOW, "今天 14:30", "today 14:30"),
        (NOW - timedelta(hours=15), "昨天 23:30", "yesterday 23:30"),
        (NOW + timedelta(hours=10), "明天 00:30", "tomorrow 00:30"),
        (NOW - timedelta(days=4), "11月20日 14:30", "20 Nov 14:30"),
        (NOW - timedelta(days=365), "2025年11月24日 14:30", "24 Nov 2025 14:30"),
        (date(2026, 11, 20), "11月20日", "20 Nov"),
    ],
)
def test_a_moment_is_told_as_people_tell_it(moment: Any, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert plain(ui.when(moment)) == chinese
    with translation.override("en"):
        assert plain(ui.when(moment)) == english


def test_a_moment_carries_its_full_date_in_local_time() -> None:
    assert 'title="2026-11-24 14:30"' in ui.when(NOW)
    assert 'datetime="2026-11-24T14:30+08:00"' in ui.when(NOW)


@pytest.mark.parametrize(
    ("left", "chinese", "english", "tone"),
    [
        (timedelta(minutes=20), "还剩 20 分钟", "20 minutes left", "soon"),
        (timedelta(hours=1, minutes=59), "还剩 1 小时", "1 hour left", "soon"),
        (timedelta(hours=25), "还剩 25 小时", "25 hours left", "resting"),
        (timedelta(days=3), "还剩 3 天", "3 days left", "resting"),
        (timedelta(seconds=-1), "超期 1 分钟", "1 minute overdue", "late"),
        (timedelta(days=-2, hours=-3), "超期 2 天", "2 days overdue", "late"),
    ],
)
def test_a_deadline_says_what_is_left_or_overdue(
    left: timedelta, chinese: str, english: str, tone: str
) -> None:
    with translation.override("zh-hans"):
        assert plain(ui.time_left(NOW + left)) == chinese
    with translation.override("en"):
        html = ui.time_left(NOW + left)
    assert plain(html) == english
    assert f"time-left--{tone}" in html


def test_nothing_is_told_as_a_dash_and_never_as_zero() -> None:
    assert ui.when(None) == ui.time_left(None) == ui.grouped(None) == ui.dash("") == "—"
    assert ui.dash(0) == 0
    assert ui.grouped(0) == "0"


def test_figures_are_grouped_and_percentages_rounded_half_up() -> None:
    assert ui.grouped(1234567) == "1,234,567"
    assert ui.percent(Decimal("0.98765")) == "98.77%"
    assert ui.percent(Decimal("0.123450")) == "12.35%"
    with translation.override("zh-hans"):
        assert ui.percent(None) == "不适用"


def test_words_in_a_badge_are_escaped() -> None:
    html = (
        engines["django"].from_string('{% load ui %}{% badge text "late" %}').render({"text": "<b>超期</b>"})
    )
    assert html == '<span class="badge badge--late">&lt;b&gt;超期&lt;/b&gt;</span>'
