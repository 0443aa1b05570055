"""Curves of rate and quality set against each other: mean differences, and figures that papers report. Floor 1.

Needs the standard library and NumPy alone, so that terminal and window compare by the same code. From outside use
`bd_table` (every curve against one), `bd_rate` (two curves), `published` (what papers report) and `metrics`.
"""
