"""A drawing as PDF 1.7 of one page, its font embedded (ISO 32000-1, 9.7)."""

import zlib
from collections.abc import Iterable

from nvc_engine.charting.axes import Place
from nvc_engine.charting.drawing import Area, Drawing, Line, Words, colour_parts
from nvc_engine.charting.font import Font, chart_font

_FONT_NAME = "NVCSTU+DejaVuSans"  # six letters and a plus say that it is a subset
_EM = 1000


def pdf(drawing: Drawing) -> bytes:
    """A PDF document; one point of the drawing is one point of the page."""
    font = chart_font()
    page = _Page(drawing, font)
    used = page.used
    box = " ".join(f"{_EM * value:.0f}" for value in font.box)
    widths = " ".join(f"{glyph} [{_EM * font.advance(glyph):.0f}]" for glyph in used)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {drawing.width:g} {drawing.height:g}]"
            " /Resources << /Font << /F 5 0 R >> >> /Contents 4 0 R >>"
        ).encode(),
        _stream(page.content.encode("ascii")),
        (
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{_FONT_NAME} /Encoding /Identity-H"
            " /DescendantFonts [6 0 R] /ToUnicode 9 0 R >>"
        ).encode(),
        (
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{_FONT_NAME} /CIDToGIDMap /Identity"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /FontDescriptor 7 0 R /W [{widths}] >>"
        ).encode(),
        (
            f"<< /Type /FontDescriptor /FontName /{_FONT_NAME} /Flags 4 /FontBBox [{box}] /ItalicAngle 0"
            f" /Ascent {_EM * font.ascent:.0f} /Descent {_EM * font.descent:.0f} /CapHeight 729 /StemV 80"
            " /FontFile2 8 0 R >>"
        ).encode(),
        _stream(font.data, f"/Length1 {len(font.data)}"),
        _stream(_to_unicode(used).encode("ascii")),
        f"<< /Title {_text(drawing.title)} /Producer (NVC Studio) >>".encode("ascii"),
    ]
    return _document(objects)


class _Page:
    """The page's content.

    Attributes:
        content: PDF operators.
        used: glyph -> character of all text.
    """

    def __init__(self, drawing: Drawing, font: Font) -> None:
        self.used: dict[int, str] = {}
        self._font = font
        self._height = drawing.height
        corners = ((0.0, 0.0), (drawing.width, 0.0), (drawing.width, drawing.height), (0.0, drawing.height))
        items = (Area(corners, fill=drawing.background), *drawing.items)
        self.content = "1 j\n" + "\n".join(self._item(item) for item in items) + "\n"

    def _item(self, item: Line | Area | Words) -> str:
        match item:
            case Line():
                dashes = " ".join(f"{dash:g}" for dash in item.dashes)
                return f"{_colour(item.colour)} RG {item.width:g} w [{dashes}] 0 d {self._path(item.points)} S"
            case Area():
                before, paint = "[] 0 d", "n"
                if item.fill:
                    before, paint = f"{before} {_colour(item.fill)} rg", "f"
                if item.stroke:
                    before, paint = f"{before} {_colour(item.stroke)} RG {item.width:g} w", "B" if item.fill else "S"
                return f"{before} {self._path(item.points)} h {paint}"
            case Words():
                return self._words(item)

    def _path(self, points: Iterable[Place]) -> str:
        steps = [f"{x:.3f} {self._height - y:.3f}" for x, y in points]
        return " ".join(f"{step} {'l' if number else 'm'}" for number, step in enumerate(steps))

    def _words(self, item: Words) -> str:
        glyphs = [self._font.glyph(character) for character in item.text]
        self.used |= dict(zip(glyphs, item.text, strict=True))
        back = item.anchor * item.size * self._font.width(item.text)
        x, y = item.place[0], self._height - item.place[1]
        matrix = f"0 1 -1 0 {x:.3f} {y - back:.3f}" if item.upwards else f"1 0 0 1 {x - back:.3f} {y:.3f}"
        codes = "".join(f"{glyph:04X}" for glyph in glyphs)
        return f"BT {_colour(item.colour)} rg /F {item.size:g} Tf {matrix} Tm <{codes}> Tj ET"


def _colour(colour: str) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour_parts(colour))


def _text(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _to_unicode(used: dict[int, str]) -> str:
    """Which glyph is which character, so that text can be searched and copied."""
    pairs = [f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, text in sorted(used.items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    listed = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Charts def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{listed}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    )


def _stream(data: bytes, words: str = "") -> bytes:
    packed = zlib.compress(data, 9)
    return f"<< /Length {len(packed)} /Filter /FlateDecode {words} >>\nstream\n".encode() + packed + b"\nendstream"


def _document(objects: list[bytes]) -> bytes:
    """All objects, numbered from 1, the table of where they stand, and the trailer; the last one is the information."""
    data = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(data)
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    data += (
        f"xref\n0 {count}\n0000000000 65535 f \n{rows}trailer\n<< /Size {count} /Root 1 0 R /Info {count - 1} 0 R >>\n"
        f"startxref\n{table}\n%%EOF\n"
    ).encode()
    return bytes(data)
