"""Mutations of the Matroska file that carries audio and subtitles."""

import random
import struct

from raw import INTERESTING, RAW, in_place

from nvc_engine.media import ebml

# Elements that hold others: EBML, Segment, SeekHead, Seek, Info, Tracks, TrackEntry, Audio, Cluster, BlockGroup, Tags.
_HOLDING = (
    "1A45DFA3 18538067 114D9B74 4DBB 1549A966 1654AE6B AE E0 E1 1F43B675 A0 1254C367 7373 63C0 67C8 1C53BB6B BB B7"
)
CONTAINERS = frozenset(int(word, 16) for word in f"{_HOLDING} 6D80 6240 5034 75A1".split())
SEGMENT, TAGS, TAG, TARGETS, SIMPLE_TAG, TAG_NAME, TAG_STRING = (
    (0x18538067, 0x1254C367, 0x7373, 0x63C0, 0x67C8, 0x45A3, 0x4487)
)  # fmt: skip
CODECS = (b"A_AAC", b"A_OPUS", b"A_VORBIS", b"A_PCM/INT/LIT", b"A_DTS", b"A_REAL/COOK", b"A_ALAC", b"A_TTA1", b"A_AC3")
CODECS += (
    b"S_TEXT/ASS",
    b"S_VOBSUB",
    b"S_HDMV/PGS",
    b"V_VP9",
    b"V_MS/VFW/FOURCC",
    b"A_MS/ACM",
    b"A_QUICKTIME",
    b"nothing",
)
TIMES = ("0 1x999999999", "0 999999999999999x999999999", "-5", "x", "1 2 3 " * 400, "0 -1x40", "9" * 15)
BASES = ("1/8000", "1/9999999999", "9999999999/1", "0/1", "1/0", "-1/5", "1/1000")
Node = tuple[int, "bytes | list[Node]"]


def mutated_matroska(rng: random.Random, blob: bytes) -> bytes:
    """`blob` with something changed: bytes anywhere, elements by their own rules, or its tags."""
    choice = rng.random()
    if choice < 0.25:
        return rng.choice(RAW)[1](rng, blob)
    if choice < 0.3:
        return rng.choice((b"", b"\x1a\x45\xdf\xa3", rng.randbytes(300), b"RIFF\xff\xff\xff\xffWAVEfmt ", b"OggS" * 40))
    tree = _tree(blob)
    if tree is None:
        return in_place(rng, blob)
    if choice < 0.5:
        return _written(_with_hostile_tags(rng, tree))
    lists = _lists(tree)
    for _ in range(rng.choice((1, 1, 2, 5))):
        _change(rng, rng.choice([each for each in lists if each]))
    data = _written(tree)
    return _with_wrong_length(rng, data) if rng.random() < 0.2 else data


def _change(rng: random.Random, siblings: list[Node]) -> None:
    """Change one element: its content, its identity, its place or its number."""
    place = rng.randrange(len(siblings))
    identity, content = siblings[place]
    choice = rng.random()
    if choice < 0.55 and isinstance(content, bytes):
        value = rng.choice(INTERESTING)
        choices = (
            in_place(rng, content),
            value.to_bytes(8, "big")[-rng.randint(1, 8) :],
            struct.pack(">d", rng.choice((0.0, -1.0, 1e308, float("inf"), float("nan"), 8000.5))),
            b"",
            content * 3,
            rng.choice(CODECS),
            rng.randbytes(rng.choice((1, 8, 200))),
        )
        siblings[place] = (identity, rng.choice(choices))
    elif choice < 0.65:
        siblings.append(siblings[place])
    elif choice < 0.75 and len(siblings) > 1:
        del siblings[place]
    elif choice < 0.85:
        siblings[place:place] = [siblings[place]] * rng.choice((1, 5, 200))
    elif choice < 0.95:
        other = rng.randrange(len(siblings))
        siblings[place], siblings[other] = siblings[other], siblings[place]
    else:
        siblings[place] = (rng.choice((*CONTAINERS, 0xA3, 0xEC, 0xD7, 0x86)), content)


def _with_hostile_tags(rng: random.Random, tree: list[Node]) -> list[Node]:
    """Hostile values for the tags by which times are kept exactly, on the file and on its first tracks."""
    shifts = ("7", "0", "-1", "9" * 400, "9" * 5000, "१२", "1e9", " 7")
    words = {
        "NVC_SHIFT": rng.choice(shifts),
        "NVC_TIMES": rng.choice((*TIMES, "0" + " 1" * rng.choice((1, 3000)))),
        "NVC_TIME_BASE": rng.choice(BASES),
    }
    return _tagged(tree, words)


def with_tags(blob: bytes, words: dict[str, str]) -> bytes:
    """`blob` with these tags on the file and on each of its tracks, instead of its own."""
    return _written(_tagged(_tree(blob) or [], words))


def _tagged(tree: list[Node], words: dict[str, str]) -> list[Node]:
    uids = [b"", *(content for identity, content in _leaves(tree) if identity == 0x73C5)]
    tags: list[Node] = []
    for uid in uids:
        targets: list[Node] = [(0x63C5, uid)] if uid else []
        simple: list[Node] = [
            (SIMPLE_TAG, [(TAG_NAME, name.encode()), (TAG_STRING, value.encode())]) for name, value in words.items()
        ]
        tags.append((TAG, [(TARGETS, targets), *simple]))
    for identity, content in tree:
        if identity == SEGMENT and isinstance(content, list):
            content[:] = [node for node in content if node[0] != TAGS]
            clusters = next((number for number, node in enumerate(content) if node[0] == 0x1F43B675), len(content))
            content.insert(clusters, (TAGS, tags))
    return tree


def _with_wrong_length(rng: random.Random, data: bytes) -> bytes:
    """An element that states to be huge, or of unknown length."""
    place = (
        rng.choice([number for number, byte in enumerate(data) if byte in (0xA3, 0xAE, 0xEC, 0x86, 0xE1)] or [0]) + 1
    )
    sizes = (b"\xff", b"\x01\xff\xff\xff\xff\xff\xff\xff", b"\x01\x00\x00\x7f\xff\xff\xff\xff", b"\x08\x7f\xff\xff\xff")
    return data[:place] + rng.choice(sizes) + data[place + 1 :]


def _tree(data: bytes) -> "list[Node] | None":
    try:
        return [
            (identity, _tree(bytes(content)) or [] if identity in CONTAINERS else bytes(content))
            for identity, content in ebml.elements(memoryview(data))
        ]
    except Exception:  # noqa: BLE001 - damaged already: it is mutated byte by byte
        return None


def _written(tree: list[Node]) -> bytes:
    return b"".join(
        ebml.element(identity, content if isinstance(content, bytes) else _written(content))
        for identity, content in tree
    )


def _lists(tree: list[Node]) -> list[list[Node]]:
    found = [tree]
    for _, content in tree:
        if isinstance(content, list):
            found.extend(_lists(content))
    return found


def _leaves(tree: list[Node]) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for identity, content in tree:
        found.extend(_leaves(content) if isinstance(content, list) else [(identity, content)])
    return found
