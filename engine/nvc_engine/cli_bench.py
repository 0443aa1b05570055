"""`bench`: proofs and measurements of the codecs themselves."""

import argparse

from nvc_engine.cli_printing import print_json, print_table, say
from nvc_engine.codecs import registry


def sevc_parity(options: argparse.Namespace) -> int:
    """Compare SEVC's network with vectors of the published one; exit status 1 where any deviates beyond its limit."""
    parity = registry.tool("sevc", "parity")
    deviations = parity.check(options.file, options.salt, double=options.double, progress=say)
    equal = all(deviation.within for deviation in deviations)
    if options.json:
        print_json({"equal": equal, "deviations": deviations})
    else:
        print_table(
            [
                ("what", "worst deviation", "limit", "", "where"),
                *(
                    (
                        deviation.kind,
                        f"{deviation.worst:.3g}",
                        f"{deviation.limit:.3g}",
                        "ok" if deviation.within else "BEYOND",
                        deviation.where,
                    )
                    for deviation in deviations
                ),
            ]
        )
        print("equal to the published network" if equal else "NOT equal to the published network")
    return 0 if equal else 1
