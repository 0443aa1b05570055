"""The weights that golden files of SEVC were made with: synthetic ones, which nobody improves, so the files stay.

Numbers of the weights hang on names and shapes alone; the laws that were fitted to them are kept beside the files, as
fitting is done in floating point.
"""

import shutil
from pathlib import Path

from nvc_engine.codecs.sevc.hyper_laws import FILE
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.synthetic_weights import load_synthetic
from nvc_engine.codecs.sevc.weights import save_networks
from nvc_engine.codecs.sevc.widths import PRESETS

PRESET = "s20"
SALT = "golden"
LAWS = Path(__file__).with_name(f"sevc-{PRESET}-laws.safetensors")


def put_weights(home: Path) -> Path:
    """Put them into a studio's folder; returns the folder that now has them. Keeps their laws if there are none yet."""
    folder = home / "weights" / "sevc" / PRESET
    networks = fresh_networks(PRESETS[PRESET], 0)
    for network in (networks.intra, networks.inter):
        load_synthetic(network, SALT)
    save_networks(folder, networks)
    if LAWS.exists():
        shutil.copyfile(LAWS, folder / FILE)
    return folder


def keep_laws(folder: Path) -> None:
    """Keep the laws that were fitted in a folder of `put_weights`."""
    shutil.copyfile(folder / FILE, LAWS)
