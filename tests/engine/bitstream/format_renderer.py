"""A second renderer of NVRC, written from FORMAT.md alone: numpy in float64, nothing of the engine."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
phi = np.vectorize(lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))))


class FormatRenderer:
    """Renders frames of one unit of `frames` frames from its `parameters` (of `format_reader.read_nvrc_unit`)."""

    def __init__(self, network: Any, parameters: dict[str, Any], frames: int, height: int, width: int) -> None:
        self.network = network
        self.values = {name: np.array(p.values()).reshape(p.shape) for name, p in parameters.items()}
        self.frames, self.height, self.width = frames, height, width
        self.sizes = network.sizes(height, width)

    def planes(self, frame: int, bit_depth: int) -> list[NDArray[np.int64]]:
        """Code values of Y, U and V."""
        cell, half = self.network.cell, self.network.cell // 2
        cells = self._cells(frame)
        luma, chroma = cell**2, half**2
        parts = [(cells[..., :luma], cell, self.height, self.width)]
        for start in (luma, luma + chroma):
            size = -(-self.height // 2), -(-self.width // 2)
            parts.append((cells[..., start : start + chroma], half, *size))
        made = []
        for part, side, height, width in parts:
            plane = np.zeros((height, width))
            for y in range(height):
                for x in range(width):
                    plane[y, x] = part[y // side, x // side, (y % side) * side + x % side]
            made.append(np.floor(plane * ((1 << bit_depth) - 1) + 0.5).astype(np.int64))
        return made

    def _cells(self, frame: int) -> Array:
        value = self.values
        last = self.frames - 1
        around = [self._stem(max(frame - 1, 0)), self._stem(frame), self._stem(min(frame + 1, last))]
        x = value["stem bias"] + sum(z @ value["time"][:, :, t].T for t, z in enumerate(around))
        for n in range(len(self.network.stages)):
            x = self._stage(n, x, frame)
        out = 1 / (1 + np.exp(-(x @ value["head"].T + value["head bias"])))
        return np.asarray(out)

    def _stem(self, frame: int) -> Array:
        total = np.zeros(())
        for level in range(self.network.base_levels):
            features = conv(self._at(f"base {level}", frame), self.values[f"space {level}"])
            total = total + scaled(features, self.sizes[0])
        return total

    def _stage(self, n: int, x: Array, frame: int) -> Array:
        value, stage = self.values, self.network.stages[n]
        x = scaled(norm(x), self.sizes[n + 1])
        tables = [self._at(f"local {n} {level}", frame) for level in range(self.network.local_levels)]
        local = np.concatenate(tables, axis=-1) @ value[f"local mix {n}"].T + value[f"local bias {n}"]
        rows, columns = np.indices(self.sizes[n + 1])
        x = x + local[rows % stage.stride, columns % stage.stride]
        if stage.grid_channels:
            x = x + self._at(f"grid {n}", frame) @ value[f"grid mix {n}"].T
        for block in range(stage.depth):
            y = norm(depth(x, value[f"near {n} {block}"])) @ value[f"expand {n} {block}"].T
            y = (y * phi(y)) @ value[f"project {n} {block}"].T
            x = x + y if y.shape == x.shape else y
        return x

    def _at(self, name: str, frame: int) -> Array:
        grid = self.values[name]
        low, high, share = axis(len(grid), self.frames, frame)
        return np.asarray((1 - share) * grid[low] + share * grid[high])


def axis(cells: int, outputs: int, output: int) -> tuple[int, int, float]:
    """The two cells between which an output lies, and the share of the second."""
    u = min(max((output + 0.5) * cells / outputs - 0.5, 0.0), cells - 1.0)
    low = math.floor(u)
    return low, min(low + 1, cells - 1), u - low


def scaled(x: Array, size: tuple[int, int]) -> Array:
    for along in (0, 1):
        places = [axis(x.shape[along], size[along], output) for output in range(size[along])]
        lows = [np.take(x, low, along) * (1 - share) for low, _, share in places]
        highs = [np.take(x, high, along) * share for _, high, share in places]
        x = np.stack([low + high for low, high in zip(lows, highs, strict=True)], axis=along)
    return x


def shifts(x: Array) -> list[tuple[int, int, Array]]:
    """(a, b, X moved so that row y + a - 1, column x + b - 1 stands at y, x) for all taps; 0 beyond the edges."""
    rows, columns = x.shape[:2]
    framed = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    return [(a, b, framed[a : a + rows, b : b + columns]) for a in range(3) for b in range(3)]


def conv(x: Array, kernel: Array) -> Array:
    return np.sum([moved @ kernel[:, :, a, b].T for a, b, moved in shifts(x)], axis=0)


def depth(x: Array, kernel: Array) -> Array:
    return np.sum([moved * kernel[:, 0, a, b] for a, b, moved in shifts(x)], axis=0)


def norm(x: Array) -> Array:
    mean = x.mean(axis=-1, keepdims=True)
    return np.asarray((x - mean) / np.sqrt(((x - mean) ** 2).mean(axis=-1, keepdims=True) + 1e-6))
