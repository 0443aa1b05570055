"""What an errand of a window is in words of the terminal."""

from typing import Any

import pytest

from nvc_engine.cli_options import parse
from nvc_engine.protocol.messages import AskReport, AskSweep, RawSpec, SweepRequest
from nvc_engine.serving.errands import command_of


def words(errand: Any) -> list[str]:
    command = command_of(errand)
    return command[command.index("sweep" if isinstance(errand, AskSweep) else "report") :]


def test_a_sweep_is_the_terminal_s_own_with_all_that_was_chosen() -> None:
    raw = RawSpec(64, 48, "yuv420p10le", "30/1")
    sweep = SweepRequest("-clip.yuv", "out", ("nvrc", "x265:slow"), 5, 0.5, 3, None, "cpu", raw, "uvg")
    options = parse(words(AskSweep(1, sweep)))
    assert [str(path) for path in options.inputs] == ["-clip.yuv"]
    assert (options.codecs, options.points, options.minutes, options.frames) == ("nvrc,x265:slow", 5, 0.5, (3, None))
    assert (options.device, options.raw, options.anchors, str(options.output)) == ("cpu", raw, "uvg", "out")
    assert options.progress_json
    rated = parse(words(AskSweep(1, SweepRequest("a", "out", ("x264",), bpp=(0.05, 0.1)))))
    assert rated.bpp == (0.05, 0.1)
    plain = parse(words(AskSweep(1, SweepRequest("a", "out", ("x264",)))))
    assert (plain.minutes, plain.frames, plain.anchors, plain.raw) == (None, (None, None), "", None)


@pytest.mark.parametrize("anchor", ["", "x265 slow"])
def test_a_report_is_drawn_as_the_window_shows_it(anchor: str) -> None:
    options = parse(words(AskReport(1, "clip.mkv", "out", None, anchor, "akima", "uvg")))
    assert (options.anchor, options.method, options.anchors) == (anchor, "akima", "uvg")
