"""Makes the golden files of the present bitstream versions afresh, and their part of the manifest.

    python tests/golden/make.py [CODEC[:NAME]...]

Run by hand, and only where a bitstream was changed on purpose: files of earlier versions stay as they are, and with
them the proof that they still decode. Clips are rendered; what is encoded is short, so that a file takes a few kB.
"""

import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from nvc_engine.codecs.registry import codec
from nvc_engine.jobs.running import JobRun
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, JobState

HERE = Path(__file__).parent
TINY = {
    "features": 4,
    "lower_width": 4,
    "token_width": 8,
    "stem_hidden": 8,
    "time_width": 8,
    "ffn_hidden": 8,
    "head_width": 4,
    "levels": 8,
    "cell": 16,
    "precision": "float32",
}
SMALL = {"width": 8, "base_levels": 2, "precision": "float32"}


@dataclass(frozen=True)
class Variant:
    """A golden file: `clip` is what the tests' own `render` takes, `order` what a JobRequest takes."""

    codec: str
    name: str
    clip: Mapping[str, Any]
    order: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return HERE / f"{self.codec}-{codec(self.codec).bitstream_version}-{self.name}.nvc"


VARIANTS = (
    Variant(
        "nvrc",
        "uneven-turned-with-sound",
        {
            "width": 75,
            "height": 53,
            "frames": 7,
            "timestamps": (0, 33, 67, 100, 167, 200, 301),
            "rotation": 90,
            "audio": True,
        },
        {"preset": "light", "epochs": 4},
    ),
    Variant(
        "nvrc",
        "scenes",
        {"width": 64, "height": 48, "frames": 32, "cuts": (10, 22), "sample_aspect": Fraction(4, 3)},
        {"preset": "light", "settings": SMALL, "epochs": 6},
    ),
    Variant(
        "nvrc",
        "contexts",  # grids large enough for laws by context
        {"width": 176, "height": 144, "frames": 24},
        {"preset": "light", "settings": SMALL, "epochs": 8},
    ),
    Variant("nvrc", "thorough", {"width": 64, "height": 36, "frames": 6}, {"preset": "thorough", "epochs": 10}),
    Variant(
        "nvrc",
        "few-bits",
        {"width": 50, "height": 38, "frames": 6},
        {
            "preset": "light",
            "settings": {**SMALL, "detail_channels": 2},
            "epochs": 40,
            "goal": Goal(GoalKind.SIZE, 800),
        },
    ),
    Variant(
        "nvrc",
        "deep",
        {"width": 46, "height": 34, "frames": 5, "pixel_format": "yuv420p10le", "matrix": 9, "full_range": True},
        {"preset": "light", "settings": SMALL, "epochs": 10},
    ),
    Variant(
        "nvrc",
        "gray",
        {"width": 46, "height": 34, "frames": 3, "pixel_format": "gray"},
        {"preset": "light", "settings": SMALL, "epochs": 10},
    ),
    Variant(
        "mvc",
        "scenes",
        {"width": 50, "height": 38, "frames": 24, "cuts": (13,)},
        {"preset": "xs", "settings": TINY, "epochs": 4},
    ),
    Variant(
        "mvc",
        "fixed-deep",
        {"width": 46, "height": 34, "frames": 3, "pixel_format": "yuv420p10le", "matrix": 9},
        {"preset": "xs", "settings": {**TINY, "coding": "fixed", "weight_bits": 7, "lift": "norm"}, "epochs": 10},
    ),
    Variant(
        "nvrc",
        "paper",
        {"width": 46, "height": 34, "frames": 5},
        {
            "preset": "s1",
            "settings": {"first_width": 16, "most_blocks": 1, "precision": "float32"},
            "epochs": 60,
        },
    ),
    Variant(
        "nvrc",
        "motion",  # two units, a filter in the loop of one of them, and an anchor with two references
        {"width": 50, "height": 38, "frames": 22, "cuts": (18,)},
        {"preset": "motion", "minutes": 0.4, "goal": Goal(GoalKind.SIZE, 3500)},
    ),
    Variant(
        "nvrc",
        "motion-deep",
        {"width": 46, "height": 34, "frames": 5, "pixel_format": "yuv420p10le", "matrix": 9},
        {"preset": "motion", "minutes": 0.1, "goal": Goal(GoalKind.QUALITY, 56)},
    ),
    Variant(
        "sevc",
        "units",
        {"width": 75, "height": 67, "frames": 5},
        {"preset": "s20", "settings": {"intra_period": 3}, "goal": Goal(GoalKind.QUALITY, 4)},
    ),
    Variant(
        "sevc",
        "deep",
        {"width": 64, "height": 64, "frames": 3, "pixel_format": "yuv420p10le", "matrix": 9},
        {"preset": "s20", "goal": Goal(GoalKind.QUALITY, 4)},
    ),
)


def beside(path: Path) -> ModuleType:
    """The module at `path`, which is in no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def make(variant: Variant, scratch: Path) -> None:
    """Render the clip and run the whole encode, in this process."""
    source = beside(HERE.parent / "conftest.py").render(scratch / f"{variant.path.stem}.mkv", **variant.clip)
    request = JobRequest(
        str(source), str(variant.path), codec=variant.codec, device="cpu", overwrite=True, **variant.order
    )
    store = JobStore(scratch / "jobs.sqlite")
    finished = JobRun(store, store.add(request).id, lambda message: None).run()
    store.close()
    if finished.state is not JobState.DONE:
        raise SystemExit(f"{variant.path.name}: {finished.sentence}")


def main(*names: str) -> None:
    facts = beside(HERE / "golden_facts.py")
    wanted = [each for each in VARIANTS if not names or {each.codec, f"{each.codec}:{each.name}"} & set(names)]
    manifest = json.loads(facts.MANIFEST.read_text("utf-8")) if facts.MANIFEST.exists() else {}
    for variant in wanted:
        variant.path.unlink(missing_ok=True)
        manifest.pop(variant.path.name, None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NVC_HOME"] = folder
        weights = beside(HERE / "golden_weights.py")
        home = weights.put_weights(Path(folder))
        for variant in wanted:
            make(variant, Path(folder))
            manifest[variant.path.name] = facts.golden_facts(variant.path)
            sys.stdout.write(f"{variant.path.name}: {variant.path.stat().st_size} bytes\n")
        if (home / weights.FILE).exists():
            weights.keep_laws(home)
    lines = [f"{json.dumps(name)}: {json.dumps(manifest[name])}" for name in sorted(manifest)]
    facts.MANIFEST.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
