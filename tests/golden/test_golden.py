"""Files that earlier programs wrote decode as they did: the same facts and symbols, frames alike but for rounding (and
where a profile is all in whole numbers, the same frames).

`make.py` makes the files and the manifest; see there for when that may be done.
"""

import importlib.util
import json
import sys
from contextlib import closing
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.codecs.registry import codecs

HERE = Path(__file__).parent
LAWS = HERE.parents[1] / "resources" / "weights" / "nvrc" / "laws-1.safetensors"
FILES = sorted(path.name for path in HERE.glob("*.nvc"))
MOTION_FILES = [file for file in FILES if file.startswith("nvrc-3-motion")]


def beside(path: Path) -> ModuleType:
    """The module at `path`, which is in no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


golden = beside(HERE / "golden_facts.py")
page = beside(HERE.parent / "engine" / "bitstream" / "format_reader.py")
paper_page = beside(HERE.parent / "engine" / "bitstream" / "format_reader_paper.py")
motion_page = beside(HERE.parent / "engine" / "bitstream" / "format_reader_motion.py")
manifest = json.loads((HERE / "manifest.json").read_text("utf-8"))


def test_the_manifest_knows_every_file() -> None:
    assert sorted(manifest) == FILES


@pytest.mark.parametrize("name", [codec.name for codec in codecs()])
def test_every_codec_has_files_of_its_present_bitstream(name: str) -> None:
    (version,) = (codec.bitstream_version for codec in codecs() if codec.name == name)
    files = [each for each in manifest.values() if (each["codec"], each["codec_version"]) == (name, version)]
    assert files, f"tests/golden/make.py makes the files of {name}'s bitstream version {version}"


@pytest.mark.parametrize("file", FILES)
def test_facts_and_symbols_are_those_of_then(file: str) -> None:
    expected = {name: value for name, value in manifest[file].items() if name != "block_means"}
    assert golden.exact_facts(HERE / file) == expected


@pytest.mark.parametrize("file", FILES)
def test_frames_are_those_of_then(file: str) -> None:
    expected, found = manifest[file]["block_means"], golden.block_means(HERE / file)
    assert len(found) == len(expected) == len(manifest[file]["timestamps"])
    for now, then in zip(found, expected, strict=True):
        for plane, plane_then in zip(now, then, strict=True):
            difference = np.abs(np.subtract(plane, plane_then))
            assert difference.max() <= 1
            assert difference.mean() <= 0.2, "rounding differs up as often as down"
    assert file not in MOTION_FILES or found == expected


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("nvrc-")])
def test_a_reader_of_the_page_finds_the_same_symbols(file: str) -> None:
    clip = ClipByThePage(HERE / file)
    assert page.read_times(clip.by_kind["TIME"]) == manifest[file]["timestamps"]
    found = [[unit.first, unit.count, clip.checksum(unit.payload)] for unit in clip.units]
    assert found == manifest[file]["units"]


@pytest.mark.parametrize("file", MOTION_FILES)
def test_a_reader_of_the_page_finds_the_same_frames(file: str) -> None:
    clip = ClipByThePage(HERE / file)
    frames = [planes for unit in clip.units for planes in clip.motion_unit(unit.payload).frames]
    with closing(NvcClip.open(HERE / file)) as ours:
        for planes, picture in zip(frames, ours.pictures(), strict=True):
            for plane, same in zip(planes, (picture.y, picture.u, picture.v), strict=True):
                assert np.array_equal(plane, same)


class ClipByThePage:
    """An NVRC file as the readers of the page read it."""

    def __init__(self, path: Path) -> None:
        chunks = page.list_chunks(path.read_bytes())
        self.by_kind = {chunk.kind: chunk.payload for chunk in chunks}
        self.head = page.read_head(self.by_kind["HEAD"])
        self.units = [page.read_unit_chunk(chunk.payload) for chunk in chunks if chunk.kind == "UNIT"]

    def checksum(self, payload: bytes) -> int:
        """The checksum of a unit's symbols."""
        head, config = self.head, self.by_kind["CONF"]
        if head.codec_version == 2:
            light = page.read_nvrc_unit(page.read_network(config), head.height, head.width, payload)
            return int(page.symbol_checksum(light))
        if config == b"\2":
            return int(self.motion_unit(payload).checksum)
        network = paper_page.read_paper_network(config)
        return int(paper_page.paper_checksum(paper_page.read_paper_unit(network, head.height, head.width, payload)))

    def motion_unit(self, payload: bytes) -> Any:
        return motion_unit(self.head.height, self.head.width, self.head.bit_depth, payload)


@cache
def motion_unit(height: int, width: int, bits: int, payload: bytes) -> Any:
    return motion_page.MotionUnit(motion_page.LawNetworks.read(LAWS), height, width, bits, payload)


def test_the_files_are_of_many_kinds() -> None:
    entries = list(manifest.values())
    assert any(len(each["units"]) > 1 for each in entries)
    assert any(each["tracks"] for each in entries)
    assert any(each["rotation"] for each in entries)
    assert any(len(set(np.diff(each["timestamps"]))) > 1 for each in entries)
    assert {each["bit_depth"] for each in entries} >= {8, 10}
    assert {each["chroma"] for each in entries} >= {"C420", "GRAY"}
