"""The facts of a clip in words."""

from fractions import Fraction

from nvc_engine.protocol.messages import ClipFacts, TrackFacts
from nvc_studio.translation import mark, tr
from nvc_studio.wording import bytes_text, rate_text, time_text

_MATRICES = {"bt709": "BT.709", "bt601": "BT.601", "bt2020": "BT.2020", "bt2020nc": "BT.2020", "rgb": "RGB"}

# Code points of ITU-T H.273 that clips have in practice.
_PRIMARIES = {
    "1": "BT.709",
    "2": mark("not said"),
    "5": "BT.601 (625)",
    "6": "BT.601 (525)",
    "9": "BT.2020",
    "12": "P3",
}
_TRANSFERS = {
    "1": "BT.709",
    "2": mark("not said"),
    "6": "BT.601",
    "13": "sRGB",
    "14": "BT.2020",
    "16": "PQ",
    "18": "HLG",
}

_KINDS = {"audio": mark("Sound"), "subtitle": mark("Subtitle")}


def duration(facts: ClipFacts) -> Fraction:
    """Seconds from the first frame to the end of the last."""
    base, rate = _fraction(facts.time_base), _fraction(facts.rate)
    last = 1 / rate if rate else Fraction(0)
    if len(facts.timestamps) > 1 and base:
        return (facts.timestamps[-1] - facts.timestamps[0]) * base + last
    return facts.frames * last


def matrix_title(name: str) -> str:
    """A colour matrix as people write it."""
    return _MATRICES.get(name, name or tr("unknown"))


def colour_sentence(facts: ClipFacts) -> str:
    """How the colours are read, said plainly where that had to be assumed."""
    scale = tr("full range") if facts.full_range else tr("limited range")
    if facts.colour_assumed:
        return tr(
            "The file does not say how its colours are coded; {matrix}, {range}, is assumed from its size. Change it"
            " here if the picture looks wrong.",
            matrix=matrix_title(facts.matrix),
            range=scale,
        )
    return tr("Colours: {matrix}, {range}.", matrix=matrix_title(facts.matrix), range=scale)


def clip_line(facts: ClipFacts) -> str:
    """A clip in one line, for the status bar."""
    colour = f"{matrix_title(facts.matrix)} {tr('full') if facts.full_range else tr('limited')}"
    words = [
        facts.codec,
        f"{facts.width}×{facts.height}",
        tr("variable rate") if facts.variable_rate else rate_text(facts.rate),
        tr("{count} frames", count=facts.frames),
        time_text(duration(facts)),
        facts.pixel_format,
        tr("{colour} (assumed)", colour=colour) if facts.colour_assumed else colour,
    ]
    if facts.bpp:
        words.append(tr("{rate:.4g} bpp", rate=facts.bpp))
    return " · ".join(word for word in words if word)


def clip_lines(facts: ClipFacts) -> list[tuple[str, str]]:
    """The facts of a clip as (what, value) pairs."""
    lines = [
        (tr("File"), facts.path),
        (tr("Container"), facts.container),
        (tr("Codec"), facts.codec),
        (tr("Size"), _size(facts)),
        (tr("Rate"), _rate(facts)),
        (tr("Length"), f"{tr('{count} frames', count=facts.frames)}, {time_text(duration(facts))}"),
        (tr("Pixels"), tr("{format}, {depth} bit", format=facts.pixel_format, depth=facts.bit_depth)),
        (tr("Colours"), _colours(facts)),
    ]
    if facts.rotation:
        lines.append((tr("Rotation"), f"{facts.rotation}°"))
    if facts.bytes:
        rate = [tr("{rate:.4g} bpp", rate=facts.bpp)] if facts.bpp else []
        lines.append((tr("Bytes"), ", ".join([bytes_text(facts.bytes), *rate])))
    lines += [(_kind(track), f"{track.codec} {track.description}".strip()) for track in facts.tracks]
    if facts.units:
        lines.append((tr("Units"), tr("{count} that decode alone", count=len(facts.units))))
    if facts.provenance:
        lines.append((tr("Made by"), facts.provenance))
    lines += [(tr("Note"), note) for note in facts.notes]
    return lines


def _size(facts: ClipFacts) -> str:
    size = f"{facts.width}×{facts.height}"
    if facts.sample_aspect == "1/1":
        return size
    return tr("{size}, pixels {aspect}", size=size, aspect=facts.sample_aspect)


def _rate(facts: ClipFacts) -> str:
    rate = rate_text(facts.rate)
    return tr("{rate} on average, variable", rate=rate) if facts.variable_rate else rate


def _colours(facts: ClipFacts) -> str:
    return tr(
        "matrix {matrix}, primaries {primaries}, transfer {transfer}",
        matrix=matrix_title(facts.matrix),
        primaries=tr(_PRIMARIES.get(facts.primaries, facts.primaries)),
        transfer=tr(_TRANSFERS.get(facts.transfer, facts.transfer)),
    )


def _kind(track: TrackFacts) -> str:
    return tr(_KINDS.get(track.kind, track.kind.capitalize()))


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)
