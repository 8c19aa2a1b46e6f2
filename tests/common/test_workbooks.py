"""What cells say, as spreadsheet programs write it."""

import pytest

from common.workbooks import text


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("一_x000D_\n二", "一\r\n二"),  # how Excel keeps a carriage return
        ("_x005F_x000D_", "_x000D_"),  # and how it keeps those very signs
        ("a_x0041_", "aA"),
        ("_x0000_", "_x0000_"),  # cannot be kept by any database
        ("_xD800_", "_xD800_"),
        (13800000000.0, "13800000000"),
        (None, ""),
        (" x ", "x"),
    ],
)
def test_a_cell_reads_as_it_was_typed(cell: object, said: str) -> None:
    assert text(cell) == said
