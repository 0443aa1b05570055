"""How fast SEVC codes, a preset and a profile at a time, beside what its multiplications alone would take here.

    python tests/benchmarks/sevc_speed.py [--presets light,s20,s12,s8] [--sizes 640x360,1280x720] [--threads 1]
                                          [--device cpu]

Weights are synthetic: what they are changes no time but that of entropy coding. Each line is one unit of an intra and
some inter frames: frames a second of encoding and of decoding inter frames, seconds of the intra frame, and the share
that the multiplications would take at the rate of a large matrix product of the same kind of numbers, measured in the
same run.
"""

import os
import tempfile
import time
from collections.abc import Callable

import torch
from speed import speed_options

from nvc_engine.codecs.sevc.arithmetic import DTYPES, computing, this_machine
from nvc_engine.codecs.sevc.coding import PORTABLE
from nvc_engine.codecs.sevc.complexity import COMPLEXITY
from nvc_engine.codecs.sevc.configuration import REFRESH
from nvc_engine.codecs.sevc.frame_coding import FrameCoder
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.models import load_model
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.records import Profile
from nvc_engine.codecs.sevc.states import InterState
from nvc_engine.codecs.sevc.synthetic_clip import clip_frame
from nvc_engine.codecs.sevc.synthetic_weights import load_synthetic
from nvc_engine.codecs.sevc.weights import imported_folder, save_networks
from nvc_engine.codecs.sevc.widths import PRESETS

INTER_FRAMES = 3
RATE_POINT = 20
SIDE = 1536


def seconds(work: Callable[[], object], device: torch.device) -> float:
    began = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - began


def product_rate(dtype: torch.dtype, device: torch.device) -> float:
    """Multiply-accumulates a second of a large matrix product; the best of five."""
    left, right = (torch.rand(SIDE, SIDE, dtype=dtype, device=device) for _ in range(2))
    return SIDE**3 / min(seconds(lambda: left @ right, device) for _ in range(5))


def coded(preset: str, profile: Profile, width: int, height: int, device: torch.device) -> tuple[float, float, float]:
    """Seconds of an intra frame encoded, of an inter frame encoded, of an inter frame decoded."""
    model = load_model(preset, profile, device)
    geometry = Geometry(height, width)
    coder = FrameCoder(model, geometry, REFRESH, PORTABLE if profile is Profile.PORTABLE else None)
    machine = this_machine(device) if profile is Profile.FAST else None
    state: InterState | None = None
    records, encoding = [], []
    with computing(machine):
        for number in range(1 + INTER_FRAMES):
            frame = clip_frame(width, height, number, 1)
            picture = torch.from_numpy(frame)[None].to(device, model.dtype) / 255
            began = time.perf_counter()
            result = coder.encode(picture, state, number, RATE_POINT)
            encoding.append(time.perf_counter() - began)
            records.append(result.record)
            state = result.state
        reached: InterState | None = None
        crc, decoding = 0, []
        for number, record in enumerate(records):
            began = time.perf_counter()
            decoded = coder.decode(record, reached, number, crc)
            decoding.append(time.perf_counter() - began)
            reached, crc = decoded.state, decoded.crc
    return encoding[0], min(encoding[1:]), min(decoding[1:])


def main() -> None:
    options = speed_options(__doc__, "light,s20,s12,s8", "640x360,1280x720").parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    rates = {profile: product_rate(DTYPES[profile], device) for profile in Profile}
    for profile, rate in rates.items():
        print(f"{profile.name.lower()}: {rate / 1e9:.1f} GMAC/s in matrix products", flush=True)
    print("preset  profile   size        I enc s  P enc fps  P dec fps  enc of limit  dec of limit", flush=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["NVC_HOME"] = home
        for preset in options.presets.split(","):
            networks = fresh_networks(PRESETS[preset], 0)
            for network in (networks.intra, networks.inter):
                load_synthetic(network, "speed")
            save_networks(imported_folder(preset), networks)
            for profile in Profile:
                for size in options.sizes.split(","):
                    width, height = map(int, size.split("x"))
                    intra, encoding, decoding = coded(preset, profile, width, height, device)
                    rows, columns = Geometry(height, width).coded
                    known = COMPLEXITY[preset]
                    limit = rows * columns / rates[profile]
                    print(
                        f"{preset:7} {profile.name.lower():9} {size:10} {intra:8.2f} {1 / encoding:10.2f}"
                        f" {1 / decoding:10.2f} {known.inter * limit / encoding:12.0%}"
                        f" {known.inter_decoded * limit / decoding:13.0%}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
