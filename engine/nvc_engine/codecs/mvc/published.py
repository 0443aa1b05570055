"""What the paper reports of its modules: Table III, BD-rate in percent against VTM-12.0 (specs/mvc.md, 8)."""

GROUPS = ("Surveillance 1", "Surveillance 2", "Conference", "Natural")

TABLE_III: dict[str, tuple[float, float, float, float]] = {
    "baseline": (13.82, 10.74, 27.59, 40.13),
    "+CRSPE": (3.15, 3.34, 14.24, 15.42),
    "+FDS": (-3.53, -3.61, 3.21, 3.45),
    "+SFCM": (-18.65, -15.67, -4.21, -10.06),
    "+TCL": (-21.98, -18.88, -6.13, -13.45),
    "SFCM without regularisation": (-3.65, -3.68, 4.33, 3.41),
    "SFCM without L_ent": (-16.69, -13.47, -3.31, -9.25),
    "TCL without PGD": (-18.12, -15.52, -3.97, -9.98),
    "TCL, L=40": (-19.85, -17.03, -5.04, -11.72),
    "TCL, L=80": (-21.98, -18.88, -6.13, -13.45),
    "TCL, L=120": (-21.97, -18.86, -6.15, -13.43),
}


def against_baseline(row: str) -> tuple[float, ...]:
    """A row's BD-rates against the paper's own baseline, in percent, from those against VTM: exact where the two curves
    are shifted copies of one another, an estimate otherwise."""
    pairs = zip(TABLE_III[row], TABLE_III["baseline"], strict=True)
    return tuple(100 * ((100 + value) / (100 + base) - 1) for value, base in pairs)
