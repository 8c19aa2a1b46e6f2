"""What the levels are called unless an installation says otherwise."""

from datetime import date

from grids.models import LevelLabel

# level, Chinese, English
LEVEL_LABELS = (
    (1, "区", "District"),
    (2, "镇(办)", "Town"),
    (3, "村(社区)", "Village"),
    (4, "四级网格", "Sub-grid"),
    (5, "网格点", "Site"),
)


def install_level_labels(*, since: date) -> None:
    """Write the default names of levels that have none yet."""
    named = set(LevelLabel.objects.values_list("level", flat=True))
    LevelLabel.objects.bulk_create(
        LevelLabel(level=level, name=name, name_en=name_en, valid_from=since)
        for level, name, name_en in LEVEL_LABELS
        if level not in named
    )
