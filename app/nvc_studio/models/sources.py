"""Clips that the engine has opened for the window."""

from dataclasses import dataclass

from nvc_engine.protocol.messages import ClipFacts


@dataclass(frozen=True)
class Source:
    """A clip that is open: `clip` is the engine's number for it, `title` what the views call it."""

    clip: int
    title: str
    facts: ClipFacts
