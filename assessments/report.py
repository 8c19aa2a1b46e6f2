"""What the report shows, made from a run's stored results: rows, tones, chart, map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, tostring  # noqa: S405 - written here, never parsed

import pygal
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pygal.style import Style

from assessments import rules
from assessments.models import Figure, Item, Result, Run
from grids.queries import boundaries

COSTLIEST = 3
LABEL_SPACE = 76  # pygal measures Chinese as half as wide as it is
# The tones of the design system, fixed: a picture does not follow the page's theme.
COLOURS = {"done": "#1B6E3C", "underway": "#1D5FA8", "soon": "#8A5300", "late": "#B3261E", "": "#4A5551"}
FONTS = "PingFang SC, HarmonyOS Sans SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


@dataclass
class Line:
    """One grid of the ranking. ``change`` is places gained since the period before, None if unknown."""

    result: Result
    url: str
    grade: str
    tone: str
    change: int | None
    costly: list[Figure] = field(default_factory=list)

    @property
    def fallen(self) -> int:
        return -(self.change or 0)


def band_labels(run: Run) -> dict[str, str]:
    """Band code → its name in the active language."""
    english = (get_language() or "").startswith("en")
    return {
        band["code"]: (band.get("name_en") if english else "") or band["name"] for band in run.scheme.bands
    }


def section_label(item: Item) -> str:
    """The item's section in the active language."""
    english = (get_language() or "").startswith("en")
    return (english and item.section_en) or item.section


def costliest(figures: Iterable[Figure]) -> list[Figure]:
    """The items that cost most points, at most three, none that cost nothing."""
    costly = [figure for figure in figures if figure.lost > 0]
    return sorted(costly, key=lambda figure: (-figure.lost, figure.item.order))[:COSTLIEST]


def lines(run: Run, results: Iterable[Result], before: dict[int, int]) -> list[Line]:
    """The ranking's rows, in the order of ``results``."""
    labels, tones = band_labels(run), rules.band_tones(run.scheme.bands)
    rows = []
    for result in results:
        earlier = before.get(result.grid_id)
        rows.append(
            Line(
                result=result,
                url=reverse("assessments:grid", args=[run.pk, result.grid_id]),
                grade=labels.get(result.grade, ""),
                tone=tones.get(result.grade, "resting"),
                change=None if earlier is None or result.rank is None else earlier - result.rank,
                costly=costliest(result.figures.all()),
            )
        )
    return rows


def sections(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Figures by section, in the scheme's order, with the points of each section."""
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(section_label(figure.item), []).append(figure)
    return [
        {
            "name": name,
            "figures": rows,
            "earned": sum((row.points for row in rows if row.points is not None), Decimal(0)),
            "full": sum((row.item.points for row in rows), Decimal(0)),
        }
        for name, rows in found.items()
    ]


def chart_svg(run: Run, results: list[Result]) -> bytes:
    """Scores as horizontal bars, the best on top, each in the colour of its grade."""
    tones = rules.band_tones(run.scheme.bands)
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="#5A6762",
        foreground_strong="#5A6762",
        foreground_subtle="#B9C4BF",
        font_family=FONTS,
        label_font_size=14,
        value_font_size=13,
        value_label_font_size=13,
        major_label_font_size=13,
        no_data_font_size=18,
        opacity="1",
        opacity_hover="1",
        transition="none",
    )
    plot = pygal.HorizontalBar(
        style=style,
        js=[],
        show_legend=False,
        range=(0, 100),
        width=460,
        height=60 + 30 * max(len(results), 2),
        margin=8,
        margin_left=LABEL_SPACE,
        truncate_label=-1,
        no_data_text=_("No scores yet"),
        disable_xml_declaration=False,
    )
    ordered = list(reversed(results))
    plot.x_labels = [
        result.grid_name if result.score is None else f"{result.grid_name} {result.score}"
        for result in ordered
    ]
    plot.y_labels = [0, 20, 40, 60, 80, 100]
    values = [
        {
            "value": float(result.score),
            "label": f"{result.score}",
            "color": COLOURS[tones.get(result.grade, "")],
            "formatter": lambda _value, shown=str(result.score): shown,
        }
        if result.score is not None
        else None
        for result in ordered
    ]
    plot.add(_("Score"), values)
    return _without_scripts(plot.render_tree())


def _without_scripts(root: Element) -> bytes:
    """The picture without pygal's settings for a script that is not there."""
    for parent in list(root.iter()):
        for child in [child for child in parent if str(child.tag).endswith("script")]:
            parent.remove(child)
    return tostring(root, encoding="utf-8")


def map_features(run: Run, results: list[Result]) -> dict[str, Any]:
    """GeoJSON of the grids as bounded on the period's last day, in the tone of their grade."""
    labels, tones = band_labels(run), rules.band_tones(run.scheme.bands)
    of = rules.Window(rules.period(run.period).start, run.cutoff)
    by_grid = {result.grid_id: result for result in results}
    last_day = rules.last_day(of)
    features = []
    for boundary in boundaries(by_grid, on=last_day):
        result = by_grid[boundary.grid_id]
        words = _("No score") if result.score is None else f"{result.score} · {labels.get(result.grade, '')}"
        features.append(
            {
                "type": "Feature",
                "geometry": boundary.geometry,
                "properties": {
                    "name": result.grid_name,
                    "text": words,
                    "tone": tones.get(result.grade, "resting"),
                    "score": None if result.score is None else str(result.score),
                    "rank": result.rank,
                    "url": reverse("assessments:grid", args=[run.pk, result.grid_id]),
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}
