import pytest
import torch

from nvc_engine.nn.precision import has_fast_bfloat16


@pytest.mark.parametrize("made_for_it", [False, True])
def test_a_processor_without_bfloat16_keeps_float32(monkeypatch: pytest.MonkeyPatch, made_for_it: bool) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: made_for_it)
    assert has_fast_bfloat16(torch.device("cpu")) is made_for_it
