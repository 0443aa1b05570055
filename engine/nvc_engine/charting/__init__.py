"""Charts from plain data: laid out once, then painted by a window or written as SVG, PDF or PNG. Floor 1.

Needs the standard library and NumPy alone, so that terminal and window draw with the same code. From outside use
`chart` (what is drawn), `layout.lay_out` (where everything stands) and `files.save`.

The font is a subset of DejaVu Sans; its licence lies beside it.
"""
