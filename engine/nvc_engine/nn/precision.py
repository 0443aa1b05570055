"""In which arithmetic a device trains fastest."""

import torch


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether convolutions and matrix products are faster in bfloat16 there than in float32.

    A processor without instructions for it emulates it, several times slower than float32.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and bool(torch.cpu._is_avx512_bf16_supported())
