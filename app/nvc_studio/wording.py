"""Numbers as people read them: sizes, times, rates. Frames count from 0; time is H:MM:SS.mmm."""

from fractions import Fraction


def bytes_text(count: float) -> str:
    """Decimal units, three significant digits: 1.23 MB."""
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.3g} {unit}"


def duration_text(seconds: float | None) -> str:
    """A span as 45 s, 3 min 20 s or 2 h 05 min; a dash where it is not known."""
    if seconds is None or seconds != seconds or seconds < 0:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def time_text(seconds: Fraction | float) -> str:
    """A moment of a clip as H:MM:SS.mmm."""
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000}:{millis // 60_000 % 60:02d}:{millis // 1000 % 60:02d}.{millis % 1000:03d}"


def count_text(count: float) -> str:
    """A count of parameters as 1.3 M."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= limit:
            return f"{count / limit:.3g} {unit}"
    return f"{count:.0f}"


def rate_text(rate: str) -> str:
    """Frames per second of a "num/den" text, such as 29.97 fps."""
    try:
        return f"{float(Fraction(rate)):.5g} fps"
    except (ValueError, ZeroDivisionError):
        return f"{rate} fps"
