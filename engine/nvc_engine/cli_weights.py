"""`weights import`: published weights, checked and kept in the studio's data folder."""

import argparse

from nvc_engine.cli_printing import print_json
from nvc_engine.codecs import registry


def import_weights(options: argparse.Namespace) -> int:
    """Take over the checkpoints of a codec's intra and inter model."""
    weights = registry.tool(options.codec, "weights")
    imported = weights.import_checkpoints(options.intra, options.inter)
    if options.json:
        print_json(imported)
        return 0
    for path, digest in ((imported.intra, imported.intra_digest), (imported.inter, imported.inter_digest)):
        print(f"{path}\n  SHA-256 of the weights: {digest}")
    return 0
