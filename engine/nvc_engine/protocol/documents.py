"""Small JSON files of the studio's own, read without trusting them."""

import json
from pathlib import Path
from typing import TypeVar

from nvc_engine.protocol.wire import WireError, from_plain

MAX_BYTES = 1 << 20

Content = TypeVar("Content")


def read_document(path: Path, kind: type[Content]) -> Content:
    """What a file holds, as an instance of the dataclass `kind`.

    Raises:
        OSError: it is not there, or cannot be read.
        ValueError: it is too large, no JSON, or nothing of this kind.
    """
    with path.open("rb") as file:
        text = file.read(MAX_BYTES + 1)
    if len(text) > MAX_BYTES:
        raise WireError("it is too large")
    try:
        return from_plain(kind, json.loads(text))
    except RecursionError as error:
        raise WireError("it is nested too deeply") from error
