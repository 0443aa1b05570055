"""Bytes of a unit that were changed, cut or made up cost a sentence and never more."""

import random
from collections.abc import Callable

import pytest

from nvc_engine.codecs.sevc.decoding import SevcDecoder
from nvc_engine.errors import EngineError

from .conftest import Encoded, WavesClip

CASES = 120
COUNT = 3


def changed(payload: bytes, draw: random.Random) -> bytes:
    """One change: bits flipped, a piece cut out or doubled, the end lost, or bytes made up."""
    place, length = draw.randrange(len(payload)), draw.choice((1, 2, 8, 200))
    kind = draw.randrange(6)
    if kind == 0:
        flipped = bytearray(payload)
        flipped[place] ^= 1 << draw.randrange(8)
        return bytes(flipped)
    if kind == 1:
        return payload[:place] + draw.randbytes(length) + payload[place + length :]
    if kind == 2:
        return payload[:place]
    if kind == 3:
        return payload[:place] + payload[place + length :]
    if kind == 4:
        return payload[:place] + payload[place : place + length] + payload[place:]
    head = payload[: draw.randrange(12)]  # where lengths stand that claim too much
    return head + b"\xff" * draw.randrange(1, 12) + payload[len(head) :]


@pytest.fixture(scope="module")
def kept() -> dict[str, Encoded]:
    """What is encoded once for the module."""
    return {}


@pytest.fixture
def encoded(kept: dict[str, Encoded], encode: Callable[..., Encoded]) -> Encoded:
    if not kept:
        kept["unit"] = encode(WavesClip(64, 64, COUNT))
    return kept["unit"]


def test_changed_units_are_refused_or_decoded(encoded: Encoded) -> None:
    (unit,) = encoded.units
    decoder = SevcDecoder(encoded.header, "cpu")
    sound = decoder.symbol_checksum(unit.payload, 0, COUNT)
    draw = random.Random(4)
    sentences = []
    for _ in range(CASES):
        payload = changed(unit.payload, draw)
        for question in (
            lambda payload=payload: decoder.symbol_checksum(payload, 0, COUNT),
            lambda payload=payload: list(decoder.base_frames(payload, 0, COUNT, 0, COUNT)),
            lambda payload=payload: (decoder.frame_bytes(payload, 0, COUNT), decoder.shares(payload, 0, COUNT)),
        ):
            try:
                question()
            except EngineError as error:
                sentences.append(str(error))
    assert len(sentences) > CASES
    assert all(sentence.endswith(".") for sentence in sentences)
    assert decoder.symbol_checksum(unit.payload, 0, COUNT) == sound


def test_a_unit_of_another_count_is_refused(encoded: Encoded) -> None:
    (unit,) = encoded.units
    decoder = SevcDecoder(encoded.header, "cpu")
    for count in (1, COUNT - 1, COUNT + 1, 1000):
        with pytest.raises(EngineError):
            decoder.symbol_checksum(unit.payload, 0, count)


def test_a_symbol_that_is_changed_is_found_in_every_part(encoded: Encoded) -> None:
    """The last bytes of each part are its checksum of symbols: one that does not fit is told."""
    (unit,) = encoded.units
    decoder = SevcDecoder(encoded.header, "cpu")
    sizes = decoder.frame_bytes(unit.payload, 0, COUNT)
    ends = [sum(sizes[: number + 1]) for number in range(COUNT)]
    for end in ends:
        wrong = bytearray(unit.payload)
        wrong[end - 1] ^= 0x10
        with pytest.raises(EngineError):
            decoder.symbol_checksum(bytes(wrong), 0, COUNT)
