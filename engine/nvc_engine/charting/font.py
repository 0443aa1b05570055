"""The chart's font as its file has it: outlines, advances, and the glyph of each character (OpenType 1.9)."""

import functools
import struct
from dataclasses import dataclass
from pathlib import Path

Outline = list[list[tuple[float, float]]]
"""Closed contours in units of the em, y upwards; curves are broken into strokes."""

FILE = Path(__file__).with_name("DejaVuSans.ttf")

_STROKES_A_CURVE = 5
_ON, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32
_WORDS, _ARE_OFFSETS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 1, 2, 8, 32, 64, 128


@dataclass(frozen=True, eq=False)
class Font:
    """A TrueType font.

    Attributes:
        data: the file.
        ascent, descent, box: in ems; `box` is (left, bottom, right, top).
    """

    data: bytes
    ascent: float
    descent: float
    box: tuple[float, float, float, float]
    _tables: dict[str, int]
    _units: int
    _glyphs: dict[int, int]
    _advances: tuple[int, ...]
    _offsets: tuple[int, ...]

    def glyph(self, character: str) -> int:
        """The number of a character's glyph; 0, a box, where there is none."""
        return self._glyphs.get(ord(character), 0)

    def advance(self, glyph: int) -> float:
        """How far the pen moves on after a glyph, in ems."""
        return self._advances[min(glyph, len(self._advances) - 1)] / self._units

    def width(self, text: str) -> float:
        """Width of a line of text in ems."""
        return sum(self.advance(self.glyph(character)) for character in text)

    @functools.lru_cache(maxsize=512)  # noqa: B019 - there is one font in a process
    def outline(self, glyph: int) -> Outline:
        """The contours of a glyph; [] for a blank one."""
        begin, end = self._offsets[glyph], self._offsets[glyph + 1]
        if begin == end:
            return []
        at = self._tables["glyf"] + begin
        contours = struct.unpack_from(">h", self.data, at)[0]
        return self._composite(at + 10) if contours < 0 else self._simple(at + 10, contours)

    def _composite(self, at: int) -> Outline:
        """A glyph made of others, each moved; scaled parts do not occur in this font."""
        outline: Outline = []
        flags = _MORE
        while flags & _MORE:
            flags, part = struct.unpack_from(">HH", self.data, at)
            right, up = struct.unpack_from(">hh" if flags & _WORDS else ">bb", self.data, at + 4)
            at += 8 if flags & _WORDS else 6
            if flags & (_SCALE | _TWO_SCALES | _MATRIX) or not flags & _ARE_OFFSETS:
                raise ValueError("a glyph of the font is made in a way that is not read")
            moved = [
                [(x + right / self._units, y + up / self._units) for x, y in contour] for contour in self.outline(part)
            ]
            outline += moved
        return outline

    def _simple(self, at: int, contours: int) -> Outline:
        ends = struct.unpack_from(f">{contours}H", self.data, at)
        at += 2 * contours
        at += 2 + struct.unpack_from(">H", self.data, at)[0]
        count = ends[-1] + 1
        flags: list[int] = []
        while len(flags) < count:
            flag = self.data[at]
            at += 1
            times = 1
            if flag & _REPEAT:
                times += self.data[at]
                at += 1
            flags += [flag] * times
        xs, at = self._coordinates(at, flags, _X_SHORT, _X_SAME)
        ys, at = self._coordinates(at, flags, _Y_SHORT, _Y_SAME)
        outline, first = [], 0
        for last in ends:
            numbers = range(first, last + 1)
            outline.append(_flattened([(xs[n], ys[n], bool(flags[n] & _ON)) for n in numbers]))
            first = last + 1
        return outline

    def _coordinates(self, at: int, flags: list[int], short: int, same: int) -> tuple[list[float], int]:
        value, found = 0, []
        for flag in flags:
            if flag & short:
                value += self.data[at] if flag & same else -self.data[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", self.data, at)[0]
                at += 2
            found.append(value / self._units)
        return found, at


@functools.cache
def chart_font() -> Font:
    """The font of all charts."""
    data = FILE.read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {}
    for number in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        tables[tag.decode("ascii")] = offset
    units = struct.unpack_from(">H", data, tables["head"] + 18)[0]
    box = struct.unpack_from(">4h", data, tables["head"] + 36)
    long_offsets = struct.unpack_from(">h", data, tables["head"] + 50)[0]
    glyphs = struct.unpack_from(">H", data, tables["maxp"] + 4)[0]
    ascent, descent = struct.unpack_from(">hh", data, tables["hhea"] + 4)
    metrics = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
    advances = tuple(struct.unpack_from(">H", data, tables["hmtx"] + 4 * number)[0] for number in range(metrics))
    offsets = struct.unpack_from(f">{glyphs + 1}{'I' if long_offsets else 'H'}", data, tables["loca"])
    if not long_offsets:
        offsets = tuple(2 * offset for offset in offsets)
    scaled = tuple(value / units for value in box)
    return Font(
        data, ascent / units, descent / units, (scaled[0], scaled[1], scaled[2], scaled[3]),
        tables, units, _characters(data, tables["cmap"]), advances, offsets,
    )  # fmt: skip


def fitted(text: str, size: float, width: float) -> str:
    """`text` of the charts' font, cut short where it is wider than `width`; `size` is the em's, in the same unit."""
    font = chart_font()
    if size * font.width(text) <= width:
        return text
    while text and size * font.width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def _characters(data: bytes, at: int) -> dict[int, int]:
    """Character -> glyph, from the table's format 4."""
    count = struct.unpack_from(">H", data, at + 2)[0]
    for number in range(count):
        offset = at + struct.unpack_from(">I", data, at + 8 + 8 * number)[0]
        if struct.unpack_from(">H", data, offset)[0] == 4:
            break
    else:
        raise ValueError("the font has no table of characters that is read")
    segments = struct.unpack_from(">H", data, offset + 6)[0] // 2
    ends, starts, deltas, ranges = (offset + 14 + 2 * segments * part + (2 if part else 0) for part in range(4))
    found = {}
    for segment in range(segments):
        end, start, delta, step = (
            struct.unpack_from(">H", data, table + 2 * segment)[0] for table in (ends, starts, deltas, ranges)
        )
        for character in range(start, min(end, 0xFFFE) + 1):
            if step:
                place = ranges + 2 * segment + step + 2 * (character - start)
                glyph = struct.unpack_from(">H", data, place)[0]
                glyph = (glyph + delta) & 0xFFFF if glyph else 0
            else:
                glyph = (character + delta) & 0xFFFF
            found[character] = glyph
    return found


def _flattened(points: list[tuple[float, float, bool]]) -> list[tuple[float, float]]:
    """A contour of points on and off the curve (quadratic) as a polygon."""
    whole = []
    for number, (x, y, on) in enumerate(points):
        before = points[number - 1]
        if not on and not before[2]:
            whole.append(((before[0] + x) / 2, (before[1] + y) / 2, True))
        whole.append((x, y, on))
    first = next(number for number, point in enumerate(whole) if point[2])
    whole = [*whole[first:], *whole[:first], whole[first]]
    polygon = [whole[0][:2]]
    control = None
    for x, y, on in whole[1:]:
        if not on:
            control = (x, y)
            continue
        if control is not None:
            start = polygon[-1]
            for step in range(1, _STROKES_A_CURVE):
                t = step / _STROKES_A_CURVE
                a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
                polygon.append((a * start[0] + b * control[0] + c * x, a * start[1] + b * control[1] + c * y))
            control = None
        polygon.append((x, y))
    return polygon
