"""Where an axis has its ticks and what they say."""

import math


def linear_ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Round values (1, 2, 2.5 or 5 times a power of ten apart) within `low`..`high`, about `wanted` of them."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten within `low`..`high`; linear ticks where that leaves fewer than two."""
    if low <= 0 or high <= low:
        return []
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    inside = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
    return inside if len(inside) >= 2 else linear_ticks(low, high, 4)


def tick_text(tick: float, ticks: list[float]) -> str:
    """A tick's number with as many decimals as tell all of `ticks` apart, and no more."""
    for decimals in range(7):
        if all(abs(round(one, decimals) - one) < 1e-9 * max(1.0, abs(one)) for one in ticks):
            return f"{tick:.{decimals}f}"
    return f"{tick:g}"
