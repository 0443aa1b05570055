"""What a comparison leaves: figures that come back, tables, and a page that needs nothing else."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nvc_engine.comparing.bd_rate import Method, bd_rate
from nvc_engine.comparing.bd_table import anchor_curve, bd_table, cell_text, refusals
from nvc_engine.comparing.published import anchor_sets, anchors, read_published
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.fingerprint import fingerprint
from nvc_engine.media.opening import open_video
from nvc_engine.quality.measure import Scores, measure
from nvc_engine.quality.rd import RdPoint, curves_of, scores_of
from nvc_engine.reports.crops import frame_crops, representatives
from nvc_engine.reports.rd_charts import bits_chart, frame_chart, rd_chart
from nvc_engine.reports.rd_files import ClipResults, rd_csv, rd_json, read_rd_json
from nvc_engine.reports.writing import write_all

VOID = {"meta", "img", "br"}


def asked(value: float, **more: object) -> str:
    words = {"preset": "p", "settings": {}, "chosen": [], "goal": ["quality", value], "minutes": None, "epochs": None}
    return json.dumps({**words, **more})


def point(codec: str, number: int, rate: float, db: float, **more: object) -> RdPoint:
    scores = Scores(db, db + 4, db + 5, db + 1, db - 2, 0.9, 0.95, db - 3)
    plain = {
        "clip": "c", "clip_name": "clip.mkv", "first": 0, "stop": 3, "codec": codec, "preset": "p", "version": "1.0",
        "conventional": codec.startswith("x"), "settings": asked(number), "device": "cpu", "path": "none",
        "bytes": 1000,
        "seconds": 1.0, "created": 0.0, "width": 64, "height": 48, "bpp": rate, "kbps": 100 * rate, "mean": scores,
        "per_frame": (scores,) * 3, "frame_bytes": (500, 200, 200), "matrix": "BT.709 limited",
    }  # fmt: skip
    return RdPoint(**{**plain, **more})  # type: ignore[arg-type]


def results() -> ClipResults:
    points = [point("x265", n, rate, 30 + 2 * n) for n, rate in enumerate((0.05, 0.1, 0.2, 0.4))]
    points += [point("nvrc", n, 0.8 * rate, 30 + 2 * n) for n, rate in enumerate((0.05, 0.1, 0.2, 0.4))]
    return ClipResults("clip", "none.mkv", tuple(points), ("sevc: it failed.",))


@pytest.fixture
def measured(tmp_path: Path, render_clip) -> ClipResults:
    """Two real lossy files of one clip."""
    source = render_clip(tmp_path / "clip.mkv", 96, 64, 5)
    clip, points = open_video(source), []
    for crf in (25, 40):
        path = render_clip(tmp_path / f"{crf}.mkv", 96, 64, 5, codec="libx264", options={"crf": str(crf)})
        test = open_video(path)
        found = scores_of(measure(clip, test))
        kept = {"settings": asked(crf), "path": str(path), "frame_bytes": test.info.frame_bytes, "stop": 5, **found}
        points.append(point("x264", crf, 0, 0, clip=fingerprint(source), **kept))
        test.close()
    clip.close()
    return ClipResults("clip", str(source), tuple(points))


def test_json_comes_back_and_each_curve_has_the_shape_of_compressai(tmp_path):
    (tmp_path / "rd.json").write_text(rd_json([results()]))
    (back,) = read_rd_json(tmp_path / "rd.json")
    assert (back.name, back.failures) == ("clip", results().failures)
    assert set(back.points) == set(results().points)
    (clip,) = json.loads((tmp_path / "rd.json").read_text())["clips"]
    curve = clip["curves"][0]
    assert curve["name"] == "nvrc p"
    assert curve["results"]["bpp"] == pytest.approx([0.04, 0.08, 0.16, 0.32])
    assert curve["results"]["psnr-rgb"] == [28, 30, 32, 34]
    assert "vmaf" not in curve["results"]
    (tmp_path / "one.json").write_text(json.dumps(curve))
    assert read_published(tmp_path / "one.json").points["psnr_rgb"] == tuple(
        zip(curve["results"]["bpp"], curve["results"]["psnr-rgb"], strict=True)
    )


@pytest.mark.parametrize("text", ["", "{}", '{"format": "nvc-studio rd 99", "clips": []}', '{"format": 3}', "[1]"])
def test_files_of_another_shape_are_refused_in_a_sentence(text, tmp_path):
    (tmp_path / "rd.json").write_text(text)
    with pytest.raises(EngineError, match="holds no"):
        read_rd_json(tmp_path / "rd.json")
    with pytest.raises(EngineError, match="holds no"):
        read_published(tmp_path / "rd.json")
    with pytest.raises(EngineError, match="cannot be read"):
        read_published(tmp_path / "none.json")


def test_csv_has_a_line_a_point():
    rows = list(csv.DictReader(io.StringIO(rd_csv([results()]))))
    assert [row["curve"] for row in rows] == ["nvrc p"] * 4 + ["x265 p"] * 4
    assert (rows[4]["bpp"], rows[4]["psnr_yuv"], rows[4]["vmaf"], rows[4]["video_bytes"]) == ("0.05", "31", "", "900")


def test_the_table_has_sign_anchor_and_overlap_in_words():
    curves = results().curves
    table = bd_table(curves, anchor_curve(curves), Method.AKIMA)
    assert table.anchor == "x265 p"
    assert "against x265 p (negative: fewer bits" in table.heading
    assert "Akima" in table.heading
    ((title, cells),) = table.rows
    assert title == "nvrc p"
    assert cells[0].rate is not None
    assert cells[0].rate.value == pytest.approx(-0.2)
    assert cell_text(cells[0]).startswith("-20.00 % [100 %], +")
    (refusal,) = refusals(table)
    assert refusal == (
        "nvrc p, BD-rate and BD-quality in MS-SSIM (dB): The quality of the anchor does not rise with its rate from"
        " point to point; there is no mean."
    )
    assert anchor_curve(curves, "nvrc").title == "nvrc p"
    with pytest.raises(UsageError, match="no curve 'vvc'"):
        anchor_curve(curves, "vvc")


def test_published_curves_are_drawn_as_such_and_give_the_known_mean():
    assert set(anchor_sets()) >= {"uvg", "mcl-jcv"}
    uvg = {curve.title: curve for curve in anchors("uvg")}
    assert len(uvg) == 9
    assert all(curve.source for curve in uvg.values())
    curves = uvg["HM 18.0 RA"].points["psnr_rgb"], uvg["C3"].points["psnr_rgb"]
    assert 100 * bd_rate(*curves, Method.AKIMA).value == pytest.approx(55, abs=1.5), "the specification's own figure"
    assert uvg["HiNeRV (re-run)"].points["ms_ssim"][0][1] == pytest.approx(13.55, abs=0.01)
    linear = rd_chart("clip", results().curves, "ms_ssim_linear", published=[uvg["HiNeRV (re-run)"]])
    assert linear.y_title == "MS-SSIM"
    assert [series.points[0][1] for series in linear.series] == pytest.approx([0.95, 0.95, 0.9559])
    chart = rd_chart("clip", results().curves, "psnr_rgb", published=tuple(uvg.values()))
    assert [series.style for series in chart.series[:3]] == ["neural", "conventional", "published"]
    assert chart.series[2].title.endswith(", published")
    assert len(rd_chart("clip", results().curves, "psnr_rgb", per_second=True, published=anchors("uvg")).series) == 2
    with pytest.raises(UsageError, match="no published figures 'vimeo'"):
        anchors("vimeo")


def test_curves_are_told_apart_by_what_was_chosen_by_hand():
    tuned = asked(30, settings={"tune": "psnr", "rate_control": "qp"}, chosen=["rate_control", "tune"], minutes=2.0)
    one = point("x264", 1, 0.1, 30, settings=tuned)
    assert (one.curve, one.setting) == ("x264 p tune=psnr 2 minutes", "qp 30")
    assert point("nvrc", 1, 0.1, 30, settings=asked(0, goal=["bpp", 0.1])).setting == "0.1 bpp"
    assert len(curves_of([one, point("x264", 2, 0.2, 32)])) == 2


def test_frames_are_charted_and_cut_out_where_they_are_worst(measured: ClipResults):
    chosen = representatives(measured.curves)
    assert [title for title, _ in chosen] == ["x264 p, q 25"]
    assert len(frame_chart("clip", chosen).series[0].points) == 5
    assert bits_chart("clip", chosen).series[0].points[0][1] == chosen[0][1].frame_bytes[0] * 8 / 1000
    worst, median = frame_crops(Path(measured.source), chosen)
    levels = [scores.psnr_yuv for scores in chosen[0][1].per_frame]
    assert worst.frame == levels.index(min(levels))
    assert sorted(levels)[2] == levels[median.frame]
    assert [crop.title for crop in worst.crops] == ["source", "x264 p, q 25"]
    assert all(crop.image.startswith("data:image/png;base64,") for crop in worst.crops)
    assert worst.crops[0].image != worst.crops[1].image


class Tags(HTMLParser):
    """Collects what a page has, and sees that its tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_folder_has_everything_and_the_page_needs_nothing_else(measured: ClipResults, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    gone = point("x265", 1, 0.2, 31, path="gone.mkv", per_frame=measured.points[0].per_frame)
    more = ClipResults("a <clip>", measured.source, (*measured.points, gone), ("vp9: it <failed>.",))
    written = write_all(folder, [more], published=anchors("mcl-jcv"), dpi=40)
    names = {path.name for path in folder.iterdir()}
    assert {path.name for path in written} == names
    assert {"rd.json", "rd.csv", "report.html", "a_clip_.psnr_yuv.pdf", "a_clip_.xpsnr.png"} <= names
    page = Tags()
    page.feed((folder / "report.html").read_text("utf-8"))
    assert page.open == []
    assert all(address.startswith("data:image/png") for address in page.addresses)
    assert len(page.addresses) >= 4
    for words in ("BD-rate against", "x265 p", "q 25", "vp9: it <failed>.", "libavcodec"):
        assert words in page.text
    assert "The file is gone." in page.text, "of the points whose files never were"
    assert "HiNeRV: results published with the HiNeRV code" in page.text
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", (folder / "report.html").read_text("utf-8"))


def test_a_clip_without_points_and_a_folder_that_is_not_there(tmp_path):
    write_all(tmp_path, [ClipResults("clip", "none", (), ("all failed.",))])
    assert "all failed." in (tmp_path / "report.html").read_text()
    with pytest.raises(EngineError):
        write_all(tmp_path / "none", [results()])
