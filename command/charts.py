"""The board's chart, drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence

import pygal
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pygal.style import Style

from command.queries import Month

# The tones of the design system, fixed: a picture does not follow the page's theme.
BLUE, GREEN, GREY, PALE = "#1D5FA8", "#1B6E3C", "#5A6762", "#B9C4BF"
FONTS = "PingFang SC, HarmonyOS Sans SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


def months_svg(months: Sequence[Month]) -> bytes:
    """Bars of incidents reported and closed, one pair per month."""
    plot = pygal.Bar(
        style=Style(
            background="transparent",
            plot_background="transparent",
            foreground=GREY,
            foreground_strong=GREY,
            foreground_subtle=PALE,
            colors=(BLUE, GREEN),
            font_family=FONTS,
            label_font_size=13,
            major_label_font_size=13,
            legend_font_size=14,
            no_data_font_size=18,
            opacity="1",
            opacity_hover="1",
            transition="none",
        ),
        js=[],
        legend_at_bottom=True,
        legend_box_size=12,
        show_x_guides=False,
        width=760,
        height=320,
        margin=8,
        min_scale=2,
        max_scale=6,
        truncate_legend=-1,
        no_data_text=_("No incidents yet"),
        value_formatter=lambda value: f"{value:,.0f}",
    )
    form = pgettext("a month, in the letters of Django's date filter", "M")
    plot.x_labels = [date_format(month.first, form) for month in months]
    plot.add(pgettext("incidents of a month", "Reported"), [month.reported for month in months])
    plot.add(pgettext("incidents of a month", "Closed"), [month.closed for month in months])
    picture: bytes = plot.render()
    return picture
