"""`codecs` and `plan`: what there is to choose from, and what it would take."""

import argparse

from nvc_engine.cli_options import job_request
from nvc_engine.cli_printing import clock, print_json, print_table
from nvc_engine.protocol.messages import Plan, SettingFacts


def codecs(options: argparse.Namespace) -> int:
    """List the codecs with presets and settings."""
    from nvc_engine.codecs.registry import encoders

    listed = [codec.facts() for codec in encoders()]
    if options.json:
        print_json({"codecs": listed})
        return 0
    for facts in listed:
        print(f"{facts.name}: {facts.title}\n  {facts.help}")
        print("  presets:")
        if facts.automatic:
            print("    (where none is named, the one that suits clip, goal, time and device)")
        print_table([(f"    {preset.name}", preset.help) for preset in facts.presets])
        print(
            f"  --quality: {facts.quality_title}, {facts.quality_minimum:g} to {facts.quality_maximum:g}"
            f" (default {facts.quality_default:g})"
        )
        if facts.settings:
            print("  settings (--set NAME=VALUE):")
            print_table([(f"    {entry.name}", _range(entry), f"(default {entry.default})", entry.help + _parent(entry))
                         for entry in facts.settings])  # fmt: skip
    return 0


def _parent(entry: SettingFacts) -> str:
    return f" With {entry.parent}={'|'.join(entry.parent_values)}." if entry.parent else ""


def plan(options: argparse.Namespace) -> int:
    """Estimate an encode."""
    from nvc_engine.codecs.experience import plan_with_experience
    from nvc_engine.codecs.order import learn_machine
    from nvc_engine.jobs.opening import open_order

    opened = open_order(job_request(options))
    learn_machine(opened.codec, opened.order.device)
    try:
        estimate = plan_with_experience(opened.codec, opened.clip.info, opened.order)
    finally:
        opened.clip.close()
    if options.json:
        print_json(estimate)
        return 0
    print_table(
        [
            ("codec", f"{estimate.codec}, preset {estimate.preset}, on {estimate.device}"),
            ("clip", f"{estimate.frames} frames of {estimate.width}x{estimate.height}"),
            *(_network(estimate) if estimate.parameters else ()),
            ("peak memory", f"{estimate.peak_memory_bytes / 2**20:.0f} MiB"),
            ("time", clock(estimate.seconds)),
            ("rate", "not known" if estimate.bpp is None else f"{estimate.bpp:.5f} bpp, {estimate.bytes} bytes"),
        ]
    )
    for sentence in (*estimate.notes, estimate.warning):
        if sentence:
            print(sentence)
    return 0


def _network(estimate: Plan) -> tuple[tuple[str, str], ...]:
    """What there is to say of a codec that has a network."""
    return (
        ("parameters", f"{estimate.parameters:,}".replace(",", " ")),
        ("decoding", f"{estimate.kmac_per_pixel:.2f} kMAC per pixel"),
    )


def _range(facts: SettingFacts) -> str:
    if facts.choices:
        return "|".join(facts.choices)
    if facts.type == "bool":
        return "true|false"
    bounds = " to ".join(f"{bound:g}" for bound in (facts.minimum, facts.maximum) if bound is not None)
    return f"{bounds} {facts.unit}".strip()
