"""`weights import`: published weights, checked and kept in the studio's data folder."""

import argparse

from nvc_engine.cli_printing import print_json
from nvc_engine.codecs import registry
from nvc_engine.errors import UsageError

NAMES = ("intra", "inter", "flow", "features")
"""Files of all codecs."""


def import_weights(options: argparse.Namespace) -> int:
    """Take over the files that were given for a codec."""
    weights = registry.tool(options.codec, "weights")
    files = {name: path for name in NAMES if (path := getattr(options, name)) is not None}
    for name in files:
        if name not in weights.FILES:
            known = ", ".join(f"--{each}" for each in weights.FILES)
            raise UsageError(f"'{options.codec}' has no use for --{name}; it takes {known}.")
    kept = weights.import_files(files)
    if options.json:
        print_json({"weights": kept})
        return 0
    for each in kept:
        print(f"{each.path}\n  SHA-256 of the weights: {each.digest}")
    return 0
