"""`info` of a `.nvc`: its bytes by class and its chunks, for people and for programs."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from nvc_engine.bitstream.container import Header, NvcReader, write_nvc
from nvc_engine.cli import main
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.nvrc.coding import encode_unit
from nvc_engine.codecs.nvrc.decoding import BITSTREAM_VERSION
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import initial_parameters
from nvc_engine.codecs.nvrc.quantiser import Quantiser
from nvc_engine.media.colour import Colour, Matrix

SHAPE = NetworkShape(4, (2,), (8,), (1,), (2,), 2, 2, 2, 1, 2, (1,), (2,))
HEIGHT, WIDTH = 16, 24
WriteFile = Callable[[int], Path]


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Writes a file of so many NVRC units of 2 frames."""
    layout = Layout(SHAPE, 2, HEIGHT, WIDTH)
    random = torch.Generator().manual_seed(1)
    theta = initial_parameters(layout, random, torch.full((layout.packed_channels,), 0.5))
    theta = {name: value + 0.3 * torch.randn(value.shape, generator=random) for name, value in theta.items()}
    payload = encode_unit(layout, Quantiser(layout, theta).symbols(theta))

    def write(units: int) -> Path:
        header = Header(
            codec="nvrc",
            codec_version=BITSTREAM_VERSION,
            width=WIDTH,
            height=HEIGHT,
            timestamps=tuple(range(2 * units)),
            time_base=Fraction(1, 25),
            rate=Fraction(25),
            colour=Colour(Matrix.BT601),
            codec_config=SHAPE.pack(),
        )
        path = tmp_path / "clip.nvc"
        write_nvc(path, header, [EncodedUnit(2 * number, 2, payload) for number in range(units)], b"sound" * 9)
        return path

    return write


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["info", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def table(text: str, title: str) -> list[list[str]]:
    """The cells of the rows below a table's titles; cells stand two spaces or more apart."""
    lines = text.splitlines()
    (start,) = (number for number, line in enumerate(lines) if line.startswith(f"{title} "))
    rows = [re.split(r" {2,}", line) for line in lines[start + 1 :]]
    return rows[: rows.index([""])] if [""] in rows else rows


def test_the_shares_add_up_to_the_file(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_file(3)
    rows = table(printed(capsys, path), "spent on")
    names = ["grids", "weights", "side information", "audio and subtitles", "container", "together"]
    assert [row[0] for row in rows] == names
    sizes = {row[0]: int(row[1]) for row in rows}
    assert sizes["together"] == path.stat().st_size == sum(sizes.values()) - sizes["together"]
    assert sizes["audio and subtitles"] == 45
    for name, size, percent, *bar in rows[:-1]:
        share = 100 * int(size) / path.stat().st_size
        assert percent == f"{share:.1f} %", name
        assert len(bar[0] if bar else "") == round(24 * share / 100)


def test_the_same_in_json(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_file(12)
    text = table(printed(capsys, path), "spent on")
    built = json.loads(printed(capsys, path, "--json"))["nvc"]
    assert [[share["name"], str(share["bytes"])] for share in built["shares"]] == [row[:2] for row in text[:-1]]
    assert sum(chunk["bytes"] for chunk in built["chunks"]) + built["chunks"][0]["at"] == path.stat().st_size
    assert len(built["units"]) == 12
    for unit in built["units"]:
        assert sum(share["bytes"] for share in unit["shares"]) == unit["bytes"]


def test_few_units_are_all_listed(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_file(3)
    rows = table(printed(capsys, path), "chunk")
    assert [row[0] for row in rows] == ["HEAD", "TIME", "COLR", "CONF", "trks", *["UNIT"] * 3, "indx", "DONE"]
    assert [row[1] for row in rows if row[0] == "UNIT"] == ["0:2", "2:4", "4:6"]
    with NvcReader.open(path) as reader:
        places = [[str(place.start), str(place.stop - place.start)] for place in reader.chunk_places()]
    assert [row[-4:-2] if row[-1].startswith("#") else row[-3:-1] for row in rows] == places


def test_many_units_are_summed_up_unless_all_are_asked_for(
    write_file: WriteFile, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_file(20)
    rows = table(printed(capsys, path), "chunk")
    with NvcReader.open(path) as reader:
        left_out = sum(unit.place.stop - unit.place.start for unit in reader.units[3:-1])
    units = [row[:2] for row in rows if row[0] == "UNIT" or row[0].startswith("...")]
    assert units == [
        ["UNIT", "0:2"],
        ["UNIT", "2:4"],
        ["UNIT", "4:6"],
        ["... 16 more", str(left_out)],
        ["UNIT", "38:40"],
    ]
    whole = table(printed(capsys, path, "--chunks"), "chunk")
    assert [row[1] for row in whole if row[0] == "UNIT"] == [f"{first}:{first + 2}" for first in range(0, 40, 2)]


def test_damage_is_counted_and_named(write_file: WriteFile, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_file(3)
    with NvcReader.open(path) as reader:
        unit = reader.units[1]
    data = bytearray(path.read_bytes())
    data[unit.offset + 9] ^= 1
    path.write_bytes(data + bytes(11))
    built = json.loads(printed(capsys, path, "--json"))["nvc"]
    sizes = {share["name"]: share["bytes"] for share in built["shares"]}
    assert sizes["damaged"] == path.stat().st_size - sum(size for name, size in sizes.items() if name != "damaged")
    assert sizes["damaged"] >= unit.size + 11
    assert built["damage"]
    assert ["(none)", str(len(data)), "11"] == table(printed(capsys, path), "chunk")[-1][:3]
