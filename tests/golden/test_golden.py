"""Files that earlier programs wrote decode as they did: the same facts and symbols, frames alike but for rounding.

`make.py` makes the files and the manifest; see there for when that may be done.
"""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from nvc_engine.codecs.registry import codecs

HERE = Path(__file__).parent
FILES = sorted(path.name for path in HERE.glob("*.nvc"))


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


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("nvrc-")])
def test_a_reader_of_the_page_finds_the_same_symbols(file: str) -> None:
    chunks = page.list_chunks((HERE / file).read_bytes())
    by_kind = {chunk.kind: chunk.payload for chunk in chunks}
    head = page.read_head(by_kind["HEAD"])
    assert page.read_times(by_kind["TIME"]) == manifest[file]["timestamps"]
    units = [page.read_unit_chunk(chunk.payload) for chunk in chunks if chunk.kind == "UNIT"]
    found = []
    for unit in units:
        checksum = read_as_the_page_says(head, by_kind["CONF"], unit.payload)
        found.append([unit.first, unit.count, checksum])
    assert found == manifest[file]["units"]


def read_as_the_page_says(head: Any, config: bytes, payload: bytes) -> int:
    """The checksum of a unit's symbols."""
    if head.codec_version == 2:
        light = page.read_nvrc_unit(page.read_network(config), head.height, head.width, payload)
        return int(page.symbol_checksum(light))
    network = paper_page.read_paper_network(config)
    return int(paper_page.paper_checksum(paper_page.read_paper_unit(network, head.height, head.width, payload)))


def test_the_files_are_of_many_kinds() -> None:
    entries = list(manifest.values())
    assert any(len(each["units"]) > 1 for each in entries)
    assert any(each["tracks"] for each in entries)
    assert any(each["rotation"] for each in entries)
    assert any(len(set(np.diff(each["timestamps"]))) > 1 for each in entries)
    assert {each["bit_depth"] for each in entries} >= {8, 10}
    assert {each["chroma"] for each in entries} >= {"C420", "GRAY"}
