"""The tree as it is as a workbook, to be changed and planned."""

from common import workbooks
from grids.restructuring import sheets
from grids.restructuring.parts import parts
from grids.restructuring.state import read


def workbook(root_id: int) -> bytes:
    """The workbook of a district in the active language; planned unchanged, it changes nothing."""
    state = read(root_id)
    filled = sheets.filled(state)
    for part in parts():
        filled += part.filled(state)
    return workbooks.write(filled)
