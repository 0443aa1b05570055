"""What NVRC spares when memory runs out, and that it goes on from the checkpoint of the larger step."""

from dataclasses import replace

import pytest

from nvc_engine.codecs.nvrc.codec import NvrcCodec
from nvc_engine.codecs.nvrc.settings import PRESETS, NvrcSettings
from nvc_engine.codecs.settings import resolve


def steps_down(settings: NvrcSettings) -> list[tuple[int, int]]:
    """(patch, batch) of all steps, the last one being the least."""
    found = [(settings.patch, settings.batch)]
    while (thrift := NvrcCodec().with_less_memory(settings)) is not None:
        assert thrift.note
        settings = thrift.settings
        found.append((settings.patch, settings.batch))
    return found


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("motion", [(0, 4)]),
        ("light", [(0, 4), (0, 2), (0, 1)]),
        ("s1", [(0, 4), (256, 4), (128, 4), (64, 4), (64, 2), (64, 1)]),
    ],
)
def test_patches_first_then_frames_a_step(preset: str, expected: list[tuple[int, int]]) -> None:
    facts = next(facts for facts in PRESETS if facts.name == preset)
    assert steps_down(replace(resolve(NvrcSettings, facts, {}), batch=4, patch=0)) == expected
