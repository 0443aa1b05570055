"""The facts of a clip in words."""

from fractions import Fraction

from nvc_engine.protocol.messages import ClipFacts
from nvc_studio.wording import bytes_text, rate_text, time_text

_MATRICES = {"bt709": "BT.709", "bt601": "BT.601", "bt2020": "BT.2020", "bt2020nc": "BT.2020", "rgb": "RGB"}

# Code points of ITU-T H.273 that clips have in practice.
_PRIMARIES = {"1": "BT.709", "2": "not said", "5": "BT.601 (625)", "6": "BT.601 (525)", "9": "BT.2020", "12": "P3"}
_TRANSFERS = {"1": "BT.709", "2": "not said", "6": "BT.601", "13": "sRGB", "14": "BT.2020", "16": "PQ", "18": "HLG"}


def duration(facts: ClipFacts) -> Fraction:
    """Seconds from the first frame to the end of the last."""
    base, rate = _fraction(facts.time_base), _fraction(facts.rate)
    last = 1 / rate if rate else Fraction(0)
    if len(facts.timestamps) > 1 and base:
        return (facts.timestamps[-1] - facts.timestamps[0]) * base + last
    return facts.frames * last


def matrix_title(name: str) -> str:
    """A colour matrix as people write it."""
    return _MATRICES.get(name, name or "unknown")


def colour_sentence(facts: ClipFacts) -> str:
    """How the colours are read, said plainly where that had to be assumed."""
    scale = "full" if facts.full_range else "limited"
    if facts.colour_assumed:
        return (
            f"The file does not say how its colours are coded; {matrix_title(facts.matrix)}, {scale} range, is assumed"
            " from its size. Change it here if the picture looks wrong."
        )
    return f"Colours: {matrix_title(facts.matrix)}, {scale} range."


def clip_line(facts: ClipFacts) -> str:
    """A clip in one line, for the status bar."""
    colour = f"{matrix_title(facts.matrix)} {'full' if facts.full_range else 'limited'}"
    words = [
        facts.codec,
        f"{facts.width}×{facts.height}",
        "variable rate" if facts.variable_rate else rate_text(facts.rate),
        f"{facts.frames} frames",
        time_text(duration(facts)),
        facts.pixel_format,
        colour + (" (assumed)" if facts.colour_assumed else ""),
    ]
    if facts.bpp:
        words.append(f"{facts.bpp:.4g} bpp")
    return " · ".join(word for word in words if word)


def clip_lines(facts: ClipFacts) -> list[tuple[str, str]]:
    """The facts of a clip as (what, value) pairs."""
    primaries = _PRIMARIES.get(facts.primaries, facts.primaries)
    transfer = _TRANSFERS.get(facts.transfer, facts.transfer)
    lines = [
        ("File", facts.path),
        ("Container", facts.container),
        ("Codec", facts.codec),
        (
            "Size",
            f"{facts.width}×{facts.height}"
            + ("" if facts.sample_aspect == "1/1" else f", pixels {facts.sample_aspect}"),
        ),
        ("Rate", rate_text(facts.rate) + (" on average, variable" if facts.variable_rate else "")),
        ("Length", f"{facts.frames} frames, {time_text(duration(facts))}"),
        ("Pixels", f"{facts.pixel_format}, {facts.bit_depth} bit"),
        ("Colours", f"matrix {matrix_title(facts.matrix)}, primaries {primaries}, transfer {transfer}"),
    ]
    if facts.rotation:
        lines.append(("Rotation", f"{facts.rotation}°"))
    if facts.bytes:
        lines.append(("Bytes", bytes_text(facts.bytes) + (f", {facts.bpp:.4g} bpp" if facts.bpp else "")))
    lines += [
        ("Sound" if t.kind == "audio" else t.kind.capitalize(), f"{t.codec} {t.description}".strip())
        for t in facts.tracks
    ]
    if facts.units:
        lines.append(("Units", f"{len(facts.units)} that decode alone"))
    if facts.provenance:
        lines.append(("Made by", facts.provenance))
    lines += [("Note", note) for note in facts.notes]
    return lines


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)
