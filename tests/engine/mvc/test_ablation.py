"""The table of modules: rows, what they share, and the paper's numbers beside them."""

from pathlib import Path

import pytest

from nvc_engine.cli import main
from nvc_engine.codecs.mvc.ablation import ROWS, ablate
from nvc_engine.codecs.mvc.published import GROUPS, TABLE_III, against_baseline
from nvc_engine.codecs.sources import open_source
from nvc_engine.errors import UsageError


def test_rows_are_the_papers_and_count_against_their_own_baseline() -> None:
    assert list(ROWS) == list(TABLE_III)
    assert against_baseline("baseline") == (0, 0, 0, 0)
    assert against_baseline("+CRSPE")[0] == pytest.approx(100 * (1.0315 / 1.1382 - 1))
    assert all(len(row) == len(GROUPS) for row in TABLE_III.values())


def test_every_row_is_measured_on_its_own_bytes_and_twins_are_trained_once(clip_path: Path) -> None:
    pytest.importorskip("cv2")
    clip = open_source(clip_path)
    said: list[str] = []
    done = ablate(
        clip,
        0.001,
        stop=4,
        weight_bits=(0.5, 3.0),
        rows=("baseline", "+CRSPE", "TCL, L=80", "TCL, L=120"),
        progress=said.append,
    )
    clip.close()
    assert done.epochs == 1
    assert len(said) == 6, "two points each of three different trainings"
    rows = {row.name: row for row in done.rows}
    assert rows["baseline"].points != rows["+CRSPE"].points
    assert rows["TCL, L=120"].points == rows["TCL, L=80"].points
    assert rows["TCL, L=120"].bd_rate is None, "two points are no curve"
    for row in done.rows:
        assert all(0 < point.bpp < 40 and point.psnr_yuv > 5 for point in row.points)
    assert "KL" in rows["TCL, L=80"].points[0].figures
    assert rows["baseline"].points[0].embedding_db == 0


def test_an_unknown_row_is_told(clip_path: Path) -> None:
    clip = open_source(clip_path)
    with pytest.raises(UsageError, match="row \\+XYZ"):
        ablate(clip, 1, rows=("+XYZ",))
    clip.close()


def test_the_terminal_prints_the_table(clip_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(
        ["bench", "mvc-ablation", str(clip_path), "--minutes", "0.001", "--frames", ":2", "--row", "baseline"]
    )
    out = capsys.readouterr().out
    assert status == 0
    assert "baseline" in out
    assert "+0.0 %" in out
