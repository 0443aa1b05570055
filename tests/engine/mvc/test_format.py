"""FORMAT.md's part on MVC is true and enough: tensors and fixed bits read by its words alone, on the golden files."""

import importlib.util
import json
import math
import struct
import sys
import zlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nvc_engine.codecs.mvc.coding import decode_unit
from nvc_engine.codecs.mvc.layout import EMBEDDING, Layout, NetworkShape

TESTS = Path(__file__).parents[2]
FILES = sorted((TESTS / "golden").glob("mvc-1-*.nvc"))


def beside(path: Path) -> ModuleType:
    """The module at `path`, which is in no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


page = beside(TESTS / "engine" / "bitstream" / "format_reader.py")


def tensors(conf: bytes, height: int, width: int, frames: int) -> list[tuple[int, ...]]:
    """The shapes of all tensors in coding order, F_e first."""
    tokens, stem, branch, hidden, head, cell = struct.unpack("<6H", conf[:12])
    heads, levels, fusion, _, lift, stages = conf[12:18]
    strides = conf[18 : 18 + stages]
    channels = struct.unpack(f"<{stages + 1}H", conf[18 + stages :])
    code, lifted = 2 * levels, (0, 3, 3, 36)[lift]
    block = cell or math.prod(strides)
    shapes: list[tuple[int, ...]] = []

    def layer(entering: int, leaving: int) -> None:
        shapes.extend([(leaving, entering), (leaving,)])

    def transformer(count: int) -> None:
        shapes.append((3 * count * head, tokens))
        layer(count * head, tokens)
        layer(tokens, hidden)
        layer(hidden, tokens)

    def convolution(entering: int, leaving: int) -> None:
        shapes.extend([(leaving, entering, 3, 3), (leaving,)])

    if lift:
        shapes.append((frames, -(-height // block), -(-width // block), 3))
    layer(code, stem)
    layer(stem, tokens)
    layer(2 * code + lifted, tokens)
    transformer(1)
    if fusion == 0:
        transformer(heads)
    else:
        layer(tokens, tokens)
    if fusion == 1 or tokens != channels[0]:
        layer(tokens, channels[0])
    layer(code, branch)
    layer(branch, branch)
    for stage in range(stages):
        layer(branch, 2 * channels[stage])
    for stage, stride in enumerate(strides):
        entering, leaving = channels[stage], channels[stage + 1]
        if stage:
            convolution(entering, leaving * stride**2)
        elif entering <= leaving:
            narrow = max(1, entering >> 2)
            convolution(entering, narrow * stride**2)
            convolution(narrow, leaving)
        else:
            convolution(entering, leaving)
            convolution(leaving, leaving * stride**2)
    shapes.extend([(3, channels[-1], 1, 1), (3,)])
    return shapes


def fixed_symbols(shapes: list[tuple[int, ...]], body: bytes, lifted: bool) -> tuple[list[np.ndarray], int]:
    """All symbols and values of a body of fixed bits, and the checksum that it states."""
    weight_bits, embedding_bits = body[0], body[1]
    groups = [3 if lifted and number == 0 else 1 for number in range(len(shapes))]
    place = 6 + 8 * sum(groups)
    found = []
    for number, shape in enumerate(shapes):
        bits = embedding_bits if lifted and number == 0 else weight_bits
        count = math.prod(shape)
        size = -(-count * bits // 8)
        string = "".join(f"{byte:08b}" for byte in body[place : place + size])
        found.append(np.array([int(string[n * bits : (n + 1) * bits], 2) for n in range(count)], "<i4").reshape(shape))
        place += size
    assert place == len(body)
    return found, int.from_bytes(body[2:6], "little")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_reader_of_the_page_finds_the_same(file: Path) -> None:
    chunks = page.list_chunks(file.read_bytes())
    by_kind = {chunk.kind: chunk.payload for chunk in chunks}
    head, conf = page.read_head(by_kind["HEAD"]), by_kind["CONF"]
    manifest = json.loads((TESTS / "golden" / "manifest.json").read_text("utf-8"))[file.name]
    for chunk, (first, count, checksum) in zip(
        (each for each in chunks if each.kind == "UNIT"), manifest["units"], strict=True
    ):
        unit = page.read_unit_chunk(chunk.payload)
        assert (unit.first, unit.count) == (first, count)
        shapes = tensors(conf, head.height, head.width, count)
        layout = Layout(NetworkShape.unpack(conf), count, head.height, head.width)
        assert shapes == list(layout.coded_shapes().values())
        assert unit.payload[:2] == bytes((1, count))
        if unit.payload[2] == 0:
            symbols, stated = fixed_symbols(shapes, unit.payload[3:], lifted=EMBEDDING in layout.coded_shapes())
            assert zlib.crc32(b"".join(each.tobytes() for each in symbols)) == stated == checksum
            lowest, step = struct.unpack("<2f", unit.payload[9:17])
            values = decode_unit(layout, unit.payload).theta[EMBEDDING][..., 0].numpy()
            assert np.array_equal(values, (symbols[0][..., 0] * float(step) + float(lowest)).astype(np.float32))


def test_there_is_a_golden_file_of_each_coding() -> None:
    assert len(FILES) == 2
