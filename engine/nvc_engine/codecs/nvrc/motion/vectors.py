"""Motion of a frame's blocks as decisions: from which references each is predicted, and how far these have moved.

Blocks are 16x16 luma samples. Every block has a vector for every reference, in quarters of a sample; one that is not
used stands at what was expected of it, and helps to expect others. What is expected of a vector is the motion that the
references' own vectors foretell, plus the middle of how much the vectors around (`lattice`) differ from theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.decisions import DecisionCoder
from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.nvrc.motion.lattice import middle, steps
from nvc_engine.codecs.nvrc.motion.laws import Ints, LawNet, logarithm
from nvc_engine.codecs.nvrc.motion.order import Turn
from nvc_engine.codecs.nvrc.motion.sources import code_nonzero

BLOCK = 16
BOTH = 2
MODE_FEATURES = 4
VECTOR_FEATURES = 8
VECTOR_OUTPUTS = 7
FARTHEST = 1 << 13


@dataclass(frozen=True)
class VectorNets:
    """Networks of modes (outputs: both?, the second?) and of vectors; kinds of both: step of the lattice, layer."""

    modes: LawNet
    vectors: LawNet


@dataclass(frozen=True, eq=False)
class Motion:
    """A frame's motion.

    Attributes:
        mode: the reference of each block, 0 or 1, or `BOTH` [rows, columns].
        vectors: [references, rows, columns, 2] (down, right), quarters of a sample.
    """

    mode: Ints
    vectors: Ints


def expected_vectors(turn: Turn, known: Mapping[int, tuple[Turn, Motion]], rows: int, columns: int) -> Ints:
    """What the references' motion foretells [references, rows, columns, 2], at constant speed and in place: the median
    of each block's vector and those around it, for single ones stray.

    `known` has the turns and motions of coded frames.
    """
    result = np.zeros((len(turn.references), rows, columns, 2), np.int32)
    if len(turn.references) < 2:
        return result
    for one, other in (turn.references, turn.references[::-1]):
        if one in known and other in known[one][0].references:
            past, motion = known[one]
            moved = _median(motion.vectors[past.references.index(other)])
            span = one - other
            for number, reference in enumerate(turn.references):
                result[number] = (2 * moved * (turn.frame - reference) + span) // (2 * span)
            return result
    return result


def _median(field: Ints) -> Ints:
    """The median of the 3x3 vectors around each [rows, columns, 2], axis by axis; edges repeat."""
    rows, columns = field.shape[:2]
    padded = np.pad(field, ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = [padded[down : down + rows, right : right + columns] for down in range(3) for right in range(3)]
    result: Ints = np.sort(np.stack(around), axis=0)[4]
    return result


def walk_motion(
    expected: Ints, layer: int, nets: VectorNets, coder: DecisionCoder, motion: Motion | None = None
) -> Motion:
    """Go over a frame's decisions of motion in coding order; with `motion`, write these (vectors of references that
    are not used are replaced by what is expected of them).

    Raises:
        StreamError: vectors beyond any sense.
    """
    count, rows, columns, _ = expected.shape
    foretold = expected.reshape(count, -1, 2)
    modes = np.zeros(rows * columns, np.int32)
    offsets = np.zeros_like(foretold)
    moved = np.zeros((count, rows * columns), bool)
    known_modes = None if motion is None else motion.mode.reshape(-1)
    known = None if motion is None else motion.vectors.reshape(count, -1, 2)
    for step in steps(rows, columns):
        sites = step.sites
        around = offsets[:, step.around] if step.around is not None else np.zeros((count, 4, sites.size, 2), np.int32)
        spread = logarithm((around.max(axis=1) - around.min(axis=1)).sum(axis=2))
        used = modes[step.around] if step.around is not None else np.zeros((4, sites.size), np.int32)
        both, second = (logarithm((used == mode).sum(axis=0) * 4) for mode in (BOTH, 1))
        if count == 2:
            features = np.stack([both, second, spread[0], spread[1]], axis=1)
            index = nets.modes.indexes(features, step.number, layer)
            wanted = None if known_modes is None else known_modes[sites]
            modes[sites] = _code_modes(coder, index, wanted)
        for number in range(count):
            likely = middle(around[number])
            offsets[number, sites] = likely
            chosen = np.flatnonzero((modes[sites] == number) | (modes[sites] == BOTH))
            if not chosen.size:
                continue
            at = sites[chosen]
            stirred = moved[number, step.around][:, chosen].sum(axis=0) if step.around is not None else 0 * at
            features = np.empty((chosen.size, VECTOR_FEATURES), np.int32)
            features[:, 0] = spread[number, chosen]
            features[:, 1] = logarithm(stirred * 4)
            features[:, 2] = logarithm(np.abs(foretold[number, at]).sum(axis=1))
            features[:, 3] = _moved_before(offsets, moved, number, at, around[0][:, chosen] if number else None)
            features[:, 4] = 64 * (modes[at] == BOTH)
            features[:, 5] = both[chosen]
            features[:, 6] = second[chosen]
            features[:, 7] = 64 * number
            index = nets.vectors.indexes(features, step.number, layer)
            base = foretold[number, at] + likely[chosen]
            difference = _code_vectors(coder, index, None if known is None else known[number, at] - base)
            offsets[number, at] += difference
            moved[number, at] = difference.any(axis=1)
    vectors = foretold + offsets
    if vectors.size and int(np.abs(vectors).max()) > FARTHEST:
        raise StreamError("A unit of the file is damaged.")
    return Motion(modes.reshape(rows, columns), vectors.reshape(expected.shape))


def _moved_before(
    offsets: Ints, moved: NDArray[np.bool_], number: int, at: NDArray[np.intp], around: Ints | None
) -> Ints:
    """Feature of a block's second vector: how far its first one was off what was expected."""
    if number == 0 or around is None:
        return np.zeros(at.size, np.int32)
    off = np.abs(offsets[0, at] - middle(around)).sum(axis=1)
    return logarithm(off * 4)


def _code_modes(coder: DecisionCoder, index: Ints, modes: Ints | None) -> Ints:
    both = coder.code(index[:, 0], None if modes is None else (modes == BOTH).astype(np.int32)).astype(bool)
    result = np.full(len(index), BOTH, np.int32)
    result[~both] = coder.code(index[~both, 1], None if modes is None else modes[~both])
    return result


def _code_vectors(coder: DecisionCoder, index: Ints, vectors: Ints | None) -> Ints:
    """Vectors [N, 2] under laws [N, VECTOR_OUTPUTS]: whether it is 0, then its two numbers; the second of a vector
    that is not 0 but has a first number of 0 cannot be 0."""
    some = coder.code(index[:, 0], None if vectors is None else np.asarray(vectors.any(axis=1), np.int32)).astype(bool)
    laws = index[some]
    wanted = None if vectors is None else vectors[some]
    part = np.zeros((len(laws), 2), np.int32)
    for axis, first in ((0, 1), (1, 4)):
        chance = np.ones(len(laws), bool) if axis == 0 else part[:, 0] != 0
        filled = ~chance
        known = None if wanted is None else (wanted[chance, axis] != 0).astype(np.int32)
        filled[chance] = coder.code(laws[chance, first], known).astype(bool)
        known = None if wanted is None else wanted[filled, axis]
        part[filled, axis] = code_nonzero(coder, laws[filled, first + 1 : first + 3], known)
    result = np.zeros((len(index), 2), np.int32)
    result[some] = part
    return result
