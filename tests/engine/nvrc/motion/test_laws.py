"""Networks in whole numbers, and decisions under their laws."""

import math

import numpy as np
import pytest

from nvc_engine.bitstream.decisions import (
    EVEN,
    PROBABILITIES,
    DecisionReader,
    DecisionWriter,
    decision_bits,
    law_of,
)
from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.nvrc.motion.frames import Nets
from nvc_engine.codecs.nvrc.motion.laws import FEATURE_MAX, HIDDEN_MAX, LOGARITHM, WEIGHT_MAX, Ints
from nvc_engine.codecs.nvrc.motion.sources import code_values


def test_probabilities_are_those_of_quarters_of_a_logit() -> None:
    assert list(PROBABILITIES) == [round(65536 / (1 + math.exp(-(i - 31.5) / 4))) for i in range(32)]
    assert law_of(0.5) in (31, 32)
    assert law_of(0.0) == 0
    assert law_of(1.0) == 63


def test_decisions_come_back_and_take_what_is_expected() -> None:
    random = np.random.default_rng(0)
    index = random.integers(0, EVEN + 1, 20000).astype(np.int32)
    bits = (random.random(20000) < 0.3).astype(np.int32)
    writer = DecisionWriter()
    for part in range(0, 20000, 5000):
        writer.code(index[part : part + 5000], bits[part : part + 5000])
    stream = writer.finish()
    assert 8 * len(stream) == pytest.approx(float(decision_bits(index, bits).sum()), rel=1e-3, abs=80)
    reader = DecisionReader(stream)
    read = [reader.code(index[part : part + 5000]) for part in range(0, 20000, 5000)]
    assert np.array_equal(np.concatenate(read), bits)
    reader.finish()
    with pytest.raises(StreamError):
        _read(stream[:-8], index)


def _read(stream: bytes, index: Ints) -> None:
    reader = DecisionReader(stream)
    for part in range(0, len(index), 5000):
        reader.code(index[part : part + 5000])
    reader.finish()


def test_whole_numbers_of_any_size_come_back() -> None:
    values = np.array([0, 1, -1, 2, 13, -14, 15, 16, -17, 500, -32767, 0, 0, 3], np.int32)
    index = np.tile(np.array([[20, 30, 40]], np.int32), (len(values), 1))
    writer = DecisionWriter()
    code_values(writer, index, values)
    reader = DecisionReader(writer.finish())
    assert np.array_equal(code_values(reader, index, None), values)
    reader.finish()


def test_sums_of_the_networks_that_come_with_the_studio_stay_exact(nets: Nets) -> None:
    """The bound of 2^24 below which float32 holds every whole number, for any features."""
    assert int(LOGARITHM.max()) == FEATURE_MAX
    for net in nets.all():
        assert int(np.abs(net.first).max()) <= WEIGHT_MAX
        biases = sum(np.abs(table).max(axis=0) for table in net.kinds)
        assert int((FEATURE_MAX * np.abs(net.first).sum(axis=0) + biases).max()) < 1 << 24
        assert int((HIDDEN_MAX * np.abs(net.second).sum(axis=0) + np.abs(net.offset)).max()) < 1 << 24


def test_laws_do_not_depend_on_how_many_are_asked_for(nets: Nets) -> None:
    net = nets.luma.values
    features = np.random.default_rng(1).integers(0, FEATURE_MAX + 1, (300, len(net.first))).astype(np.int32)
    kinds = np.arange(300) % 64
    together = net.indexes(features, kinds, 3)
    alone = [net.indexes(features[n : n + 1], kinds[n : n + 1], 3) for n in range(300)]
    exact = (features.astype(np.int64) @ net.first + net.kinds[0][kinds] + net.kinds[1][3]) >> 6
    slow = ((exact.clip(0, HIDDEN_MAX) @ net.second.astype(np.int64) + net.offset) >> 8) + 32
    assert np.array_equal(together, np.concatenate(alone))
    assert np.array_equal(together, slow.clip(0, 63))
