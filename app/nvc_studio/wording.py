"""Numbers as people read them: sizes, times, rates. Frames count from 0; time is H:MM:SS.mmm."""

from fractions import Fraction

from nvc_studio.translation import mark, tr


def bytes_text(count: float) -> str:
    """Decimal units, three significant digits: 1.23 MB."""
    value, unit = float(count), mark("B")
    for larger in (mark("kB"), mark("MB"), mark("GB"), mark("TB")):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    number = f"{value:.0f}" if unit == "B" or value >= 100 else f"{value:.3g}"
    return f"{number} {tr(unit)}"


def duration_text(seconds: float | None) -> str:
    """A span as 45 s, 3 min 20 s or 2 h 05 min; a dash where it is not known."""
    if seconds is None or seconds != seconds or seconds < 0:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return tr("{seconds} s", seconds=whole)
    if whole < 3600:
        return tr("{minutes} min {seconds:02d} s", minutes=whole // 60, seconds=whole % 60)
    return tr("{hours} h {minutes:02d} min", hours=whole // 3600, minutes=whole % 3600 // 60)


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
        return tr("{rate} fps", rate=f"{float(Fraction(rate)):.5g}")
    except (ValueError, ZeroDivisionError):
        return tr("{rate} fps", rate=rate)
