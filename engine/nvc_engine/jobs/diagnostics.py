"""A job's log for people, and what a report of a problem should hold. Standard library alone."""

import json
import os
import platform
import sys
from collections import deque
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import nvc_engine
from nvc_engine.jobs.log import OUTPUT_NAME
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol import places, wire
from nvc_engine.protocol.messages import JobFacts

LIBRARIES = ("torch", "numpy", "av", "constriction", "safetensors", "google-crc32c", "pytorch-msssim", "ray")
ENGINE_LOG = "engine.log"
MOST_LINES, MOST_OUTPUT_LINES = 2000, 60


def versions() -> dict[str, str]:
    """What is installed here of us and of the libraries that encodes hang on."""
    found = {"nvc-studio": nvc_engine.__version__, "python": sys.version.split()[0]}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def log_of(store: JobStore, job: str) -> tuple[dict[str, object], ...]:
    """The newest MOST_LINES events of a job's log, the oldest of them first; a torn last line is left out."""
    events = []
    for line in _tail(store.log_file(job), MOST_LINES):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            events.append(event)
    return tuple(events)


def log_text(store: JobStore, job: str) -> str:
    """The log, a line an event: when, what, and its facts. Traces are left to the diagnostics."""
    return "\n".join(_words(event) for event in log_of(store, job))


def diagnostics(store: JobStore, job: JobFacts) -> str:
    """All that is known of a job, and of the machine, as text to be copied into a report."""
    folder = store.folder(job.id)
    sections = {
        "Versions": "\n".join(f"{name} {version}" for name, version in versions().items()),
        "Machine": f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} processors",
        "Job": json.dumps(wire.to_plain(replace(job, history=(), result=None)), indent=1),
        "Log": "\n".join(json.dumps(event) for event in log_of(store, job.id)),
        "Worker": "\n".join(_tail(folder / OUTPUT_NAME, MOST_OUTPUT_LINES)),
        "Engine": "\n".join(_tail(places.home() / ENGINE_LOG, MOST_OUTPUT_LINES)),
    }
    return "\n\n".join(f"{title}\n{text}" for title, text in sections.items() if text) + "\n"


def _words(event: dict[str, object]) -> str:
    facts = ", ".join(
        f"{name} {value}"
        for name, value in event.items()
        if name not in ("time", "event", "trace") and value is not None
    )
    moment = str(event.get("time", ""))[:19].replace("T", " ")
    return f"{moment}  {event.get('event', '')}{f': {facts}' if facts else ''}"


def _tail(path: Path, lines: int) -> list[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return [line.rstrip("\n") for line in deque(file, lines)]
    except OSError:
        return []
