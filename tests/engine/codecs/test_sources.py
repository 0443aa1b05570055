from pathlib import Path

import pytest

from nvc_engine.codecs.sources import open_source
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.colour import Colour, Matrix


def test_a_nvc_is_known_by_its_first_bytes(nvc_file: Path) -> None:
    renamed = nvc_file.rename(nvc_file.with_name("clip.bin"))
    clip = open_source(renamed)
    assert clip.info.container == "nvc"
    assert len(list(clip.pictures())) == 10
    clip.close()


def test_a_nvc_by_name_alone_gets_the_sentence_of_a_nvc(tmp_path: Path) -> None:
    path = tmp_path / "clip.nvc"
    path.write_bytes(b"not at all")
    with pytest.raises(EngineError, match=r"clip\.nvc is not a \.nvc file"):
        open_source(path)
    path.write_bytes(b"")
    with pytest.raises(EngineError, match="empty"):
        open_source(path)
    with pytest.raises(EngineError, match="There is no file"):
        open_source(tmp_path / "none.nvc")


def test_other_sources_are_opened_as_video(tmp_path: Path) -> None:
    path = tmp_path / "clip.y4m"
    path.write_bytes(b"YUV4MPEG2 W4 H2 F25:1 Ip A1:1 C420jpeg\n" + 2 * (b"FRAME\n" + bytes(12)))
    clip = open_source(path)
    assert (clip.info.width, clip.info.height, clip.info.frame_count) == (4, 2, 2)
    clip.close()


def test_colour_may_be_overridden(nvc_file: Path) -> None:
    clip = open_source(nvc_file, matrix="bt709", full_range=True)
    assert clip.info.colour == Colour(Matrix.BT709, full_range=True)
    clip.close()
    clip = open_source(nvc_file, matrix="")
    assert clip.info.colour == Colour(Matrix.BT601)
    clip.close()
    with pytest.raises(UsageError, match="bt2020"):
        open_source(nvc_file, matrix="bt1")
