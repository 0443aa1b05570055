"""What a comparison leaves behind: figures, charts, BD tables and a page that needs nothing else. Floor 4.

From outside use `writing.write_all` (everything into a folder), `rd_files` (figures in and out), `rd_charts` (a chart
of curves).
"""
