"""Encodes: goals, pausing, orders that cannot be carried out, units that are cut or damaged."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nvc_engine.bitstream.container import overhead_bytes
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.sevc.codec import SevcCodec
from nvc_engine.codecs.sevc.complexity import COMPLEXITY
from nvc_engine.codecs.sevc.configuration import Configuration
from nvc_engine.codecs.sevc.decoding import SevcDecoder
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.models import available_presets
from nvc_engine.codecs.sevc.weights import INTER_FILE, INTRA_FILE, imported_folder, save_networks, unfilled
from nvc_engine.codecs.sevc.widths import PRESETS
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.checkpoint import Checkpoint, CheckpointFolder
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest

from .conftest import PRESET, Encoded, WavesClip

Encode = Callable[..., Encoded]
Order = Callable[..., EncodeOrder]


@pytest.mark.parametrize("goal", [None, Goal(GoalKind.BPP, 4.0), Goal(GoalKind.PSNR, 12.0)])
def test_an_encode_goes_on_from_any_frame(
    tmp_path: Path, sevc: SevcCodec, order: Order, encode: Encode, goal: Goal | None
) -> None:
    clip = WavesClip(count=4)
    wanted = encode(clip, goal, intra_period=3)
    ordered = order(clip, goal, intra_period=3)
    units: list[EncodedUnit] = []
    state = None
    while sum(unit.count for unit in units) < 4:
        session = sevc.encode(clip, ordered, state)
        for event in session:
            if isinstance(event, EncodedUnit):
                units.append(event)
            elif event.progress.step:
                break
        folder = CheckpointFolder(tmp_path, "order")
        folder.save(Checkpoint(session.state(), len(units), 0.0, 0.0))
        kept = folder.load()
        assert kept is not None
        state = kept.state
    assert tuple(units) == wanted.units


def test_a_rate_is_met(encode: Encode) -> None:
    clip = WavesClip(count=10)
    pixels = 10 * 64 * 64
    sizes = [encode(clip, Goal(GoalKind.QUALITY, quality), intra_period=1).size for quality in (10.0, 50.0)]
    assert sizes[1] > 1.15 * sizes[0]
    for wanted in (sizes[0] + (sizes[1] - sizes[0]) * share for share in (0.3, 0.7)):
        encoded = encode(clip, Goal(GoalKind.BPP, 8 * wanted / pixels), intra_period=1)
        header, units = encoded.header, [(unit.count, len(unit.payload)) for unit in encoded.units]
        assert encoded.size + overhead_bytes(header, units) == pytest.approx(wanted, rel=0.03)


def test_reports_come_frame_by_frame(encode: Encode) -> None:
    encoded = encode(WavesClip(count=3))
    assert [report.progress.step for report in encoded.reports] == [1, 2, 3]
    last = encoded.reports[-1].progress
    assert last.fraction == 1.0
    assert last.remaining == 0.0
    assert last.rate_bpp == pytest.approx(8 * encoded.size / (3 * 64 * 64), rel=0.01)
    assert last.distortion_db is not None
    assert last.distortion_db > 5
    (unit,) = encoded.units
    spent = SevcDecoder(encoded.header, "cpu").shares(unit.payload, 0, 3)
    told = {name: bpp * 3 * 64 * 64 / 8 for name, bpp in last.rate_shares}
    assert list(told) == list(spent)
    assert [told[name] for name in ("intra", "base", "enhancement")] == pytest.approx(
        [spent[name] for name in ("intra", "base", "enhancement")]
    )


def test_damaged_units_say_so(encode: Encode) -> None:
    encoded = encode(WavesClip(count=2))
    (unit,) = encoded.units
    data = unit.payload
    random = np.random.default_rng(3)
    damaged = [b"", data[:1], data[: len(data) // 2], data[:-1], data + b"\0", bytes(len(data)), b"\x02" + data[1:]]
    places = random.integers(4, len(data), 4)
    damaged.extend(data[:place] + bytes((data[place] ^ 0x11,)) + data[place + 1 :] for place in places)
    for each in damaged:
        with pytest.raises(EngineError):
            list(SevcDecoder(encoded.header, "cpu").frames(each, 0, 2, 0, 2))
    for each in damaged[:7]:
        for ask in ("shares", "frame_bytes"):
            with pytest.raises(EngineError):
                getattr(SevcDecoder(encoded.header, "cpu"), ask)(each, 0, 2)


def test_other_weights_are_refused(encode: Encode, weights: Path) -> None:
    encoded = encode(WavesClip(count=1))
    folder = imported_folder(PRESET)
    folder.unlink()
    decoder = SevcDecoder(encoded.header, "cpu")
    payload = encoded.units[0].payload
    with pytest.raises(EngineError, match="needs SEVC's weights"):
        list(decoder.frames(payload, 0, 1, 0, 1))
    save_networks(folder, fresh_networks(PRESETS[PRESET], 5))
    with pytest.raises(EngineError, match="other weights"):
        list(decoder.frames(payload, 0, 1, 0, 1))


def test_damaged_weights_do_not_hide_others_that_fit(encode: Encode, weights: Path) -> None:
    encoded = encode(WavesClip(count=1))
    folder = imported_folder(PRESET)
    folder.unlink()
    folder.mkdir()
    for name in (INTRA_FILE, INTER_FILE):
        (folder / name).write_bytes(b"no weights")
    payload = encoded.units[0].payload
    with pytest.raises(EngineError, match="intra"):
        list(SevcDecoder(encoded.header, "cpu").frames(payload, 0, 1, 0, 1))
    folder.with_name(f"{PRESET}.other").symlink_to(weights, target_is_directory=True)
    assert len(list(SevcDecoder(encoded.header, "cpu").frames(payload, 0, 1, 0, 1))) == 1


def test_a_file_that_asks_for_too_much_is_refused(encode: Encode) -> None:
    encoded = encode(WavesClip(count=1))
    known = Configuration.unpack(encoded.header.codec_config)
    wide = Configuration("paper", known.digest).pack()
    huge = dataclasses.replace(encoded.header, width=1 << 14, height=1 << 9, codec_config=wide)
    with pytest.raises(EngineError, match=r"GiB of memory|needs SEVC's weights"):
        list(SevcDecoder(huge, "cpu").frames(encoded.units[0].payload, 0, 1, 0, 1))
    with pytest.raises(EngineError, match="pixels"):
        SevcDecoder(dataclasses.replace(huge, height=1 << 11), "cpu")


def test_configurations_are_checked() -> None:
    known = Configuration(PRESET, bytes(range(16)))
    assert Configuration.unpack(known.pack()) == known
    for data in (b"", known.pack()[:-1], known.pack() + b"\0", Configuration("s99", bytes(16)).pack()):
        with pytest.raises(EngineError):
            Configuration.unpack(data)


@pytest.mark.parametrize(
    ("width", "preset", "settings", "sentence"),
    [
        (48, PRESET, {}, "at least 64x64"),
        (64, "s8", {}, "no weights"),
        (64, "paper", {}, "weights import"),
        (64, "vast", {}, "no preset"),
        (64, PRESET, {"intra_period": 0}, "at least 1 frame"),
        (64, PRESET, {"profile": "quick"}, "Profile must be"),
    ],
)
def test_what_cannot_be_done_is_said(
    sevc: SevcCodec, width: int, preset: str, settings: dict[str, Any], sentence: str
) -> None:
    request = JobRequest("waves", "out", codec="sevc", preset=preset, settings=settings)
    with pytest.raises(UsageError, match=sentence):
        resolve_order(WavesClip(width).info, request, "cpu")


def test_only_presets_with_weights_are_offered(sevc: SevcCodec, weights: Path) -> None:
    def offered() -> set[str]:
        return {facts.name for facts in sevc.facts().presets}

    assert offered() == set(available_presets())
    assert PRESET in offered()
    assert "paper" not in offered()
    imported_folder("paper").symlink_to(weights, target_is_directory=True)
    assert "paper" in offered()


def test_a_plan_says_what_it_takes(sevc: SevcCodec, order: Order) -> None:
    clip = WavesClip(640, 360, 40)
    plan = sevc.plan(clip.info, order(clip))
    assert plan.parameters == sum(
        parameter.numel()
        for network in (unfilled(PRESETS[PRESET]).intra, unfilled(PRESETS[PRESET]).inter)
        for parameter in network.parameters()
    )
    assert COMPLEXITY[PRESET].intra / 1000 < plan.kmac_per_pixel < COMPLEXITY[PRESET].inter / 1000
    assert plan.seconds > 0
    fast = sevc.plan(clip.info, order(clip, profile="fast"))
    assert fast.seconds < plan.seconds
    assert any("only on this machine" in note for note in fast.notes)


def test_units_follow_the_intra_period(encode: Encode) -> None:
    encoded = encode(WavesClip(count=5), intra_period=2)
    assert [(unit.first, unit.count) for unit in encoded.units] == [(0, 2), (2, 2), (4, 1)]
