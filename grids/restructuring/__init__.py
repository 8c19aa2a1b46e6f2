"""Restructuring by plan and apply: a target state against the tree now gives operations.

``sheets`` reads and writes the workbook, ``state`` reads the tree as it is, ``outline`` compares the two
and objects, ``placing`` says where sites and areas go, ``planner`` puts it together, ``carry_out`` writes
it all under the tree's lock and can take it back.
"""
