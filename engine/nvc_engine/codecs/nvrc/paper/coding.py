"""A unit's bytes: psi, phi under psi, then theta under phi (specs/nvrc.md, 2.8; FORMAT.md has every byte).

unit    := version u8, frames uv, psi, stream of the grids' phi, stream of the matrices' phi,
           stream of each grid level, stream of all matrices
stream  := length uv, bytes
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nvc_engine.bitstream.entropy import CHECKSUM_BYTES, StreamError, SymbolReader, SymbolWriter
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.tables import Law
from nvc_engine.bitstream.varint import FieldReader, uvarint
from nvc_engine.codecs.nvrc.layout import GridSize
from nvc_engine.codecs.nvrc.paper.arrays import (
    GridLaw,
    Hierarchy,
    ModelCoding,
    matrix_views,
    model_arrays,
)
from nvc_engine.codecs.nvrc.paper.blocks import BLOCK, POSITIONS, from_blocks, group_size, inside, to_blocks, wavefront
from nvc_engine.codecs.nvrc.paper.contexts import ContextPass
from nvc_engine.codecs.nvrc.paper.fixed_point import Integers
from nvc_engine.codecs.nvrc.paper.laws import Models, context_weights, grid_steps, level_laws, matrix_laws
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.model_coding import (
    Narrow,
    Psi,
    check_size,
    pieces,
    psi_bytes,
    read_coded,
    read_psi,
    read_raw,
    write_coded,
    write_raw,
)
from nvc_engine.codecs.nvrc.paper.symbols import ArraySymbols, Symbols, UnitSymbols

UNIT_VERSION = 3

GRIDS, MATRICES, GRID_MODEL, MATRIX_MODEL = "grids", "matrices", "grid model", "matrix model"
PSI, HEADER, OVERHEAD = "model side information", "unit header", "coder overhead"

Place = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]


def encode_unit(layout: PaperLayout, hierarchy: Hierarchy, symbols: UnitSymbols) -> bytes:
    """All symbols of a unit as bytes."""
    arrays = model_arrays(layout, hierarchy)
    models = symbols.models(layout, hierarchy)
    out = bytearray((UNIT_VERSION,)) + uvarint(layout.frames)
    if hierarchy.model_coding is ModelCoding.CODED:
        out += b"".join(psi_bytes(symbols.phi[name]) for name in arrays)
    for of_grids in (True, False):
        mine = [symbols.phi[name] for name, array in arrays.items() if array.of_grids is of_grids]
        out += _framed(write_raw(mine) if hierarchy.model_coding is ModelCoding.RAW else write_coded(mine))
    for level in range(len(layout.grids())):
        out += _framed(_encode_level(models, level, symbols.theta[f"grid.{level}"], hierarchy))
    writer = SymbolWriter(Law.GAUSS)
    for name, mean, scale in _matrix_batches(layout, hierarchy, models):
        for part in pieces(mean.size):
            writer.encode(symbols.theta[name].reshape(-1)[part], mean[part], scale[part])
    return bytes(out + _framed(writer.finish()))


def decode_unit(layout: PaperLayout, hierarchy: Hierarchy, data: bytes) -> UnitSymbols:
    """Read what `encode_unit` wrote.

    Raises:
        StreamError: cut short, damaged, or a stream's symbols do not fit their checksum.
    """
    parts = _parse(layout, hierarchy, data)
    arrays = model_arrays(layout, hierarchy)
    phi: dict[str, ArraySymbols] = {}
    for of_grids, stream in ((True, parts.grid_model), (False, parts.matrix_model)):
        mine = {name: array for name, array in arrays.items() if array.of_grids is of_grids}
        if hierarchy.model_coding is ModelCoding.RAW:
            phi |= read_raw(mine, stream)
        else:
            phi |= read_coded(mine, parts.psi, stream)
    models = UnitSymbols({}, phi).models(layout, hierarchy)
    theta = {
        f"grid.{level}": _decode_level(models, level, grid, stream, hierarchy)
        for level, (grid, stream) in enumerate(zip(layout.grids(), parts.levels, strict=True))
    }
    shapes = layout.parameter_shapes()
    check_size(parts.matrices, layout.parameter_count() - sum(q.size for q in theta.values()))
    reader = SymbolReader(parts.matrices, Law.GAUSS)
    for name, mean, scale in _matrix_batches(layout, hierarchy, models):
        read = [reader.decode(mean[part], scale[part]) for part in pieces(mean.size)]
        theta[name] = np.concatenate(read).reshape(shapes[name])
    reader.finish()
    return UnitSymbols(theta, phi)


def unit_shares(layout: PaperLayout, hierarchy: Hierarchy, data: bytes) -> dict[str, int]:
    """Bytes of a unit by what they are spent on; together all of it. Decodes no symbol.

    Raises:
        StreamError: cut short or damaged.
    """
    parts = _parse(layout, hierarchy, data)
    overhead = 0 if hierarchy.model_coding is ModelCoding.RAW else CHECKSUM_BYTES
    sizes = {
        GRIDS: sum(max(0, len(stream) - CHECKSUM_BYTES) for stream in parts.levels),
        MATRICES: max(0, len(parts.matrices) - CHECKSUM_BYTES),
        GRID_MODEL: max(0, len(parts.grid_model) - overhead),
        MATRIX_MODEL: max(0, len(parts.matrix_model) - overhead),
        PSI: parts.side_bytes,
        HEADER: parts.header_bytes,
    }
    return {**sizes, OVERHEAD: len(data) - sum(sizes.values())}


@dataclass(frozen=True)
class _Parts:
    """A unit taken apart."""

    header_bytes: int
    psi: Mapping[str, Psi | None]
    side_bytes: int
    grid_model: bytes
    matrix_model: bytes
    levels: list[bytes]
    matrices: bytes


def _parse(layout: PaperLayout, hierarchy: Hierarchy, data: bytes) -> _Parts:
    reader = FieldReader(data)
    try:
        if reader.byte() != UNIT_VERSION or reader.uvarint() != layout.frames:
            raise StreamError("A unit of the file does not belong to its header.")
        header = reader.position
        psi: dict[str, Psi | None] = {}
        side = 0
        if hierarchy.model_coding is ModelCoding.CODED:
            psi = {name: read_psi(reader) for name in model_arrays(layout, hierarchy)}
            side = sum(1 if each is None else 4 for each in psi.values())
        grid_model, matrix_model = (reader.take(reader.uvarint()) for _ in range(2))
        levels = [reader.take(reader.uvarint()) for _ in layout.grids()]
        matrices = reader.take(reader.uvarint())
        reader.end()
    except MalformedError as error:
        raise StreamError("A unit of the file is cut short or damaged.") from error
    return _Parts(header, psi, side, grid_model, matrix_model, levels, matrices)


def _framed(stream: bytes) -> bytes:
    return uvarint(len(stream)) + stream


def _matrix_batches(layout: PaperLayout, hierarchy: Hierarchy, models: Models) -> Iterator[tuple[str, Narrow, Narrow]]:
    """Each tensor that is no grid, with the mean and scale of its symbols in C order."""
    for name, view in matrix_views(layout, hierarchy).items():
        laws = matrix_laws(models, name, view)
        size = (view.rows, view.columns, view.taps)
        mean, scale = (np.broadcast_to(law, size).reshape(-1).astype(np.int32) for law in (laws.mean, laws.scale))
        yield name, mean, scale


def _encode_level(models: Models, level: int, q: Symbols, hierarchy: Hierarchy) -> bytes:
    """The stream of a grid level; empty where it is all zero."""
    if not q.any():
        return b""
    flat = _flat(q)
    writer = SymbolWriter(Law.GAUSS)
    for place, mean, scale in _level_batches(models, level, q.shape, flat, hierarchy):
        writer.encode(flat[place], mean, scale)
    return writer.finish()


def _decode_level(models: Models, level: int, grid: GridSize, stream: bytes, hierarchy: Hierarchy) -> Symbols:
    """The symbols of a grid level."""
    if not stream:
        return np.zeros(grid.shape, np.int32)
    check_size(stream, int(np.prod(grid.shape)))
    flat = _flat(np.zeros(grid.shape, np.int32))
    reader = SymbolReader(stream, Law.GAUSS)
    for place, mean, scale in _level_batches(models, level, grid.shape, flat, hierarchy):
        flat[place] = reader.decode(mean, scale)
    reader.finish()
    blocks = torch.from_numpy(flat.transpose(2, 0, 1)).reshape(-1, grid.channels, *BLOCK)
    return from_blocks(blocks, grid.shape).contiguous().numpy()


def _flat(q: Symbols) -> Symbols:
    """A level as [channels, positions, blocks]."""
    blocks = to_blocks(torch.from_numpy(q)).numpy()
    return blocks.reshape(*blocks.shape[:2], POSITIONS).transpose(1, 2, 0).copy()


def _level_batches(
    models: Models, level: int, shape: tuple[int, ...], flat: Symbols, hierarchy: Hierarchy
) -> Iterator[tuple[Place, Narrow, Narrow]]:
    """A level's batches in coding order: places in `flat` (`_flat` of its symbols), their means and scales.

    Laws are taken when a batch is asked for, so that a decoder fills in the one before first.
    """
    channels, _, blocks = flat.shape
    exists = inside(shape).numpy().reshape(blocks, POSITIONS).T
    for start in range(0, blocks, group_size(channels)):
        group = np.arange(start, min(start + group_size(channels), blocks))
        if hierarchy.grid_law is GridLaw.CONTEXT:
            context = ContextPass(context_weights(models, level), group.size)
            for positions in wavefront():
                mean, scale = context.laws(positions)
                kept, place = _existing(exists, channels, positions, group)
                yield place, _narrow(mean[kept]), _narrow(scale[kept])
                context.put(positions, flat[:, positions[:, None], group])
        else:
            steps = grid_steps(models, level, blocks, channels, hierarchy)[group]
            kept, place = _existing(exists, channels, np.arange(POSITIONS), group)
            alike = [_narrow(law.T[kept[0], kept[2]]) for law in level_laws(models, level, steps, hierarchy)]
            yield place, alike[0], alike[1]


def _existing(
    exists: NDArray[np.bool_], channels: int, positions: NDArray[np.intp], group: NDArray[np.intp]
) -> tuple[Place, Place]:
    """Which of [channels, positions, blocks of the group] lie within the level, in C order: their places among these,
    and in the whole level."""
    mask = np.broadcast_to(exists[positions[:, None], group], (channels, positions.size, group.size))
    channel, position, block = np.nonzero(mask)
    return (channel, position, block), (channel, positions[position], group[block])


def _narrow(x: Integers) -> Narrow:
    return x.astype(np.int32)
