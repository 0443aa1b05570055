"""Charts: what is laid out, and what the three formats hold."""

import re
import struct
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest

from nvc_engine.charting.axes import Axes, View
from nvc_engine.charting.chart import Chart, Series, Style
from nvc_engine.charting.drawing import Area, Drawing, Line, Words
from nvc_engine.charting.files import SUFFIXES, chart_bytes, save
from nvc_engine.charting.font import chart_font
from nvc_engine.charting.layout import HEIGHT, WIDTH, lay_out
from nvc_engine.charting.pdf import pdf
from nvc_engine.charting.png import png

CHART = Chart(
    "A clip <1> & more",
    "Rate (bits per pixel)",
    "PSNR-YUV 6:1:1 (dB)",
    (
        Series("nvrc light", ((0.05, 30.0), (0.1, 33.0), (0.4, 37.0)), Style.NEURAL, ("q 1", "q 2", "q 3")),
        Series("x265 veryslow", ((0.06, 31.0), (0.3, 36.5)), Style.CONVENTIONAL),
        Series("a paper’s Bjøntegaard λ", ((0.02, 29.0), (0.1, 34.0)), Style.PUBLISHED),
        Series("estimate", ((0.05, 28.0), (0.07, 29.0)), Style.ESTIMATE),
    ),
    log_x=True,
)


def pixels(data: bytes) -> tuple[np.ndarray, int]:
    """RGB samples [H, W, 3] of a PNG of ours, and its dots a metre."""
    at, packed, facts, dots = 8, b"", (0, 0), 0
    while at < len(data):
        (length,), name = struct.unpack_from(">I", data, at), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(name + body)
        if name == b"IHDR":
            facts = struct.unpack_from(">II", body)
        if name == b"pHYs":
            dots = struct.unpack_from(">I", body)[0]
        packed += body if name == b"IDAT" else b""
        at += 12 + length
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(facts[1], 1 + 3 * facts[0])
    return rows[:, 1:].reshape(facts[1], facts[0], 3), dots


def streams(document: bytes) -> list[bytes]:
    return [zlib.decompress(found) for found in re.findall(rb"stream\n(.*?)\nendstream", document, re.S)]


def painted(*items: Line | Area | Words, width: float = 20, height: float = 20) -> np.ndarray:
    """Darkness 0..1 of each pixel of a small drawing at one pixel a point."""
    samples, _ = pixels(png(Drawing(width, height, items), dpi=72))
    return 1 - samples[:, :, 0] / 255


def test_every_point_has_its_mark_and_neural_lines_are_solid():
    drawing = lay_out(CHART)
    assert [(mark.series, mark.point) for mark in drawing.marks] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1), (3, 1),
    ]  # fmt: skip
    xs = [mark.place[0] for mark in drawing.marks[:3]]
    assert xs[1] - xs[0] == pytest.approx((xs[2] - xs[1]) / 2), "0.05, 0.1 and 0.4 on a logarithmic axis"
    assert drawing.marks[0].place[1] > drawing.marks[2].place[1], "better stands higher"
    curves = [item for item in drawing.items if isinstance(item, Line) and item.width > 1 and len(item.points) > 1]
    assert [bool(line.dashes) for line in curves[:4]] == [False, True, True, False]
    words = [item.text for item in drawing.items if isinstance(item, Words)]
    assert {"A clip <1> & more", "nvrc light", "0.10", "Rate (bits per pixel), log scale"} <= set(words)


def test_points_that_cannot_be_drawn_are_left_out():
    chart = Chart("", "x", "y", (Series("a", ((0.0, 1.0), (0.1, float("nan")), (0.2, 3.0), (0.4, 4.0))),), log_x=True)
    assert [mark.point for mark in lay_out(chart).marks] == [2, 3]
    assert lay_out(Chart("", "x", "y", ())).marks == ()
    single = lay_out(Chart("", "x", "y", (Series("a", ((0.5, 30.0),)),)))
    assert len(single.marks) == 1


def test_a_view_shows_a_part_and_nothing_is_drawn_outside_of_it():
    whole = lay_out(CHART)
    place = whole.marks[1].place
    view = whole.axes.zoomed(place, 0.25)
    part = lay_out(CHART, view=view)
    (kept,) = [mark for mark in part.marks if (mark.series, mark.point) == (0, 1)]
    assert kept.place == pytest.approx(place)
    assert len(part.marks) < len(whole.marks)
    axes = part.axes
    curves = [item for item in part.items if isinstance(item, Line) and item.width > 1]
    assert all(axes.holds(at) for curve in curves for at in curve.points)
    back = axes.moved(10, -5)
    assert lay_out(CHART, view=back).axes.place(0.1, 33.0) == pytest.approx((place[0] + 10, place[1] - 5))
    for _ in range(200):
        view = lay_out(CHART, view=view).axes.zoomed(place, 0.5)
    assert view.xs[0] < view.xs[1], "zooming in ends before numbers do"


def test_no_two_of_many_curves_share_colour_and_mark():
    """14 curves, as with the published figures of a set."""
    many = tuple(Series(f"{n}", ((0.1 + 0.1 * n, 30.0),)) for n in range(14))
    drawing = lay_out(Chart("", "x", "y", many))
    marks = {}
    for place, item in ((mark.place, item) for mark in drawing.marks for item in drawing.items):
        if isinstance(item, Area) and item.fill == item.stroke and place == pytest.approx(_middle(item)):
            marks[place] = (item.fill, len(item.points), round(item.points[0][0] - place[0], 3))
    assert len(marks) == len(set(marks.values())) == 14


def _middle(area: Area) -> tuple[float, float]:
    return tuple(sum(place[axis] for place in area.points) / len(area.points) for axis in (0, 1))  # type: ignore[return-value]


def test_a_line_is_cut_where_it_leaves_the_plot():
    axes = Axes(0, 0, 10, 10, View((0, 1), (0, 1)))
    assert list(axes.clipped([(-5, 5), (5, 5), (5, 15), (8, 15), (8, 5)])) == [((0, 5), (5, 5), (5, 10)),
                                                                               ((8, 10), (8, 5))]  # fmt: skip
    assert list(axes.clipped([(-5, -5), (-1, 20)])) == []
    assert list(axes.clipped([(1, 1), (2, 2), (3, 1)])) == [((1, 1), (2, 2), (3, 1))]


def test_a_legend_that_would_hide_curves_stands_below():
    many = tuple(Series(f"a curve of some paper, no {n}", ((0.1, 30.0 + n), (0.2, 31.0 + n))) for n in range(9))
    chart = Chart("", "x", "y", many)
    drawing = lay_out(chart)
    assert drawing.height > HEIGHT, "a file grows"
    places = [item.place for item in drawing.items if isinstance(item, Words) and item.text.startswith("a curve")]
    assert len(places) == 9
    assert min(y for _, y in places) > drawing.axes.bottom + 30
    small = lay_out(chart, 250, 180)
    assert (small.height, small.axes.bottom - small.axes.top >= 80) == (180, True)
    words = [item.text for item in small.items if isinstance(item, Words)]
    assert any(text.startswith("and ") for text in words)
    assert lay_out(chart, 60, 40).marks is not None, "however small"


def test_entries_of_a_narrow_legend_are_whole_where_there_is_room_for_their_rows():
    series = tuple(Series(title, ((0.1, 30.0), (0.2, 31.0))) for title in ("x264 medium", "running (estimates)"))
    narrow = lay_out(Chart("a title that is long enough to be cut short", "x", "y", series), 180, 200)
    words = [item for item in narrow.items if isinstance(item, Words)]
    rows = {item.text: item.place[1] for item in words}
    assert rows["x264 medium"] != rows["running (estimates)"]
    (title,) = [item for item in words if item.whole]
    assert title.whole.startswith(title.text.removesuffix("…"))
    low = lay_out(Chart("", "x", "y", series), 200, 165)
    cut = [item.whole for item in low.items if isinstance(item, Words) and item.whole]
    assert cut == ["running (estimates)"], "there is room for one row alone"


def test_svg_keeps_text_as_text():
    root = ElementTree.fromstring(chart_bytes(CHART, ".svg"))
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"A clip <1> & more", "a paper’s Bjøntegaard λ", "PSNR-YUV 6:1:1 (dB)"} <= texts
    dashed = [each for each in root.iter("{http://www.w3.org/2000/svg}polyline") if each.get("stroke-dasharray")]
    assert len(dashed) == 4, "two curves and their lines in the legend"


def test_pdf_has_its_font_inside_and_a_table_that_is_right():
    document = pdf(lay_out(CHART))
    assert document.startswith(b"%PDF-1.7")
    start = int(document.split(b"startxref\n")[1].split()[0])
    places = [int(row[:10]) for row in document[start:].splitlines()[3:-6] if row.endswith(b" 00000 n ")]
    assert places
    for number, place in enumerate(places, 1):
        assert document[place:].startswith(b"%d 0 obj" % number)
    assert chart_font().data in streams(document)
    content = streams(document)[0].decode()
    codes = "".join(f"{chart_font().glyph(letter):04X}" for letter in "nvrc light")
    assert f"<{codes}> Tj" in content
    mapping = next(each for each in streams(document) if b"beginbfchar" in each).decode()
    assert f"<{chart_font().glyph('λ'):04X}> <03BB>" in mapping
    assert b"/Title <FEFF" in document


def test_png_has_the_size_and_resolution_that_is_asked_for():
    for dpi in (72, 100):
        samples, dots = pixels(chart_bytes(CHART, ".png", dpi))
        assert samples.shape == (round(HEIGHT * dpi / 72), round(WIDTH * dpi / 72), 3)
        assert dots == round(dpi / 0.0254)
        assert (samples[0, 0] == 255).all()
        assert (samples.reshape(-1, 3) == (0x1F, 0x5F, 0xBF)).all(axis=1).any(), "the first curve's colour, unmixed"


def test_areas_cover_pixels_by_their_exact_share():
    corners = ((2.0, 3.0), (6.5, 3.0), (6.5, 5.25), (2.0, 5.25))
    dark = painted(Area(corners, fill="#000000"))
    assert dark.sum() == pytest.approx(4.5 * 2.25, abs=0.05)
    assert dark[3, 2:6] == pytest.approx([1, 1, 1, 1], abs=0.01)
    assert dark[3, 6] == pytest.approx(0.5, abs=0.01)
    assert dark[5, 2] == pytest.approx(0.25, abs=0.01)
    triangle = painted(Area(((1.0, 1.0), (17.3, 4.1), (6.2, 18.4)), fill="#000000"))
    assert triangle.sum() == pytest.approx(abs(16.3 * 17.4 - 5.2 * 3.1) / 2, rel=0.01)
    outside = painted(Area(((-5.0, -5.0), (30.0, -5.0), (30.0, 30.0), (-5.0, 30.0)), fill="#000000"))
    assert outside.min() > 0.99


def test_lines_have_their_width_and_their_gaps():
    assert painted(Line(((2.0, 10.0), (18.0, 10.0)), "#000000", 2.0)).sum() == pytest.approx(32, abs=0.3)
    slanted = painted(Line(((3.0, 3.0), (15.0, 12.0)), "#000000", 1.5))
    assert slanted.sum() == pytest.approx(15 * 1.5, rel=0.02)
    dashed = painted(Line(((2.0, 10.0), (18.0, 10.0)), "#000000", 2.0, (4.0, 2.0)))
    assert dashed.sum() == pytest.approx(24, abs=0.3)
    assert dashed[10, 6:8] == pytest.approx([0, 0], abs=0.01)


def test_letters_are_where_their_anchor_says():
    for anchor, upwards in ((0.0, False), (0.5, False), (1.0, False), (0.5, True)):
        dark = painted(Words((60.0, 60.0), "Hamburg", 10, "#000000", anchor, upwards), width=120, height=120)
        rows, columns = np.nonzero(dark > 0.5)
        width = 10 * chart_font().width("Hamburg")
        along = 120 - rows if upwards else columns
        assert along.min() == pytest.approx(60 - anchor * width, abs=3)
        assert along.max() == pytest.approx(60 + (1 - anchor) * width, abs=3)
    assert painted(Words((2.0, 15.0), "é", 14, "#000000")).sum() > painted(Words((2.0, 15.0), "e", 14, "#000000")).sum()


def test_files_are_chosen_by_suffix_and_others_refused(tmp_path):
    for suffix in SUFFIXES:
        save(tmp_path / f"chart{suffix.upper()}", CHART, dpi=40)
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(ValueError, match=r"not as \.gif"):
        save(tmp_path / "chart.gif", CHART)
