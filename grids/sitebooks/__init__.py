"""Sites as a workbook: ``sheets`` reads and fills it, ``plan`` compares it with the tree.

``grids.actions.import_sites`` writes what the plan says, all of it or nothing.
"""
