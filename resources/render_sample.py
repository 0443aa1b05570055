"""Render the sample clip that the studio ships: `python resources/render_sample.py [OUTPUT]` (default: sample.mkv).

A lake under mountains, a balloon, a sailing boat and a rolling ball, seen by a camera that pans and slowly zooms in.
Everything is drawn here from seeded noise with NumPy and encoded with PyAV, so the clip is ours to give away and comes
out the same again. 320x180, 48 frames, 25 a second, BT.709, with a soft chord as its sound.
"""

import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FRAMES, RATE = 320, 180, 48, 25
SUPERSAMPLING = 2
GRAIN = 1.3
SAMPLE_RATE = 48000
# Without cpu-independent, libx264 gives other bytes on each run.
ENCODER = {"crf": "14", "preset": "veryslow", "x264-params": "cpu-independent=1"}
SHORE, NEAR_SHORE = 103.0, 127.0

Array = NDArray[np.float64]
Colour = tuple[float, float, float]


def main() -> None:
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("sample.mkv")
    scene = Scene(np.random.default_rng(20))
    with av.open(str(output), "w", options={"fflags": "bitexact"}) as container:
        video = container.add_stream("libx264", rate=RATE, options=ENCODER)
        context = video.codec_context
        context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context.thread_count = 1
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = 1
        sound = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono", bit_rate=48000)
        for index in range(FRAMES):
            frame = to_frame(scene.render(index))
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for frame in chord():
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))


# --- noise and shapes -------------------------------------------------------------------------------------------------


def clouded(generator: np.random.Generator, size: int, slope: float) -> Array:
    """A tile [size, size] of noise in 0..1 that repeats without seams; its amplitude falls as frequency ** -slope."""
    across = np.fft.fftfreq(size)[None, :]
    down = np.fft.fftfreq(size)[:, None]
    frequency = np.hypot(across, down)
    frequency[0, 0] = 1
    spectrum = np.fft.fft2(generator.normal(size=(size, size))) / frequency**slope
    spectrum[0, 0] = 0
    tile = np.fft.ifft2(spectrum).real
    ranks = (tile - tile.mean()) / tile.std()
    return np.clip(0.5 + ranks / 5, 0, 1)


def look_up(tile: Array, x: Array, y: Array) -> Array:
    """Bilinear samples of a repeating tile at `x`, `y` in its pixels."""
    size = tile.shape[0]
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right_share, bottom_share = x - left, y - top
    left, top = left % size, top % size
    right, bottom = (left + 1) % size, (top + 1) % size
    upper = tile[top, left] * (1 - right_share) + tile[top, right] * right_share
    lower = tile[bottom, left] * (1 - right_share) + tile[bottom, right] * right_share
    return np.asarray(upper * (1 - bottom_share) + lower * bottom_share)


def soft(low: float, high: float, x: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    share = np.clip((x - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def mix(below: Array, above: Array | Colour, mask: Array) -> Array:
    """Lay colour `above` over picture `below` where `mask` is 1."""
    return below + (np.asarray(above, np.float64) - below) * mask[..., None]


def ramp(first: Colour, second: Colour, share: Array) -> Array:
    """A picture that goes from one colour to another as `share` goes from 0 to 1."""
    return np.asarray(first) + (np.asarray(second) - np.asarray(first)) * np.clip(share, 0, 1)[..., None]


def inside(distance: Array) -> Array:
    """Mask with a soft edge half a pixel wide of where a signed distance is negative."""
    return np.clip(0.5 - distance * SUPERSAMPLING, 0, 1)


# --- the scene --------------------------------------------------------------------------------------------------------


class Scene:
    """The landscape and what moves in it. Coordinates are pixels of the final picture; `pan` moves the camera right."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator
        self._billows = clouded(generator, 512, 1.6)
        self._rock = clouded(generator, 512, 1.3)
        self._leaves = clouded(generator, 512, 0.75)
        self._grass = clouded(generator, 512, 0.6)
        self._ridges = clouded(generator, 1024, 1.55)

    def render(self, index: int) -> Array:
        """Frame `index` in R'G'B' 0..255, [HEIGHT, WIDTH, 3], grain included."""
        rows, columns = np.mgrid[0 : HEIGHT * SUPERSAMPLING, 0 : WIDTH * SUPERSAMPLING]
        zoom = 1 + 0.07 * index / FRAMES
        x = (columns + 0.5) / SUPERSAMPLING
        y = (rows + 0.5) / SUPERSAMPLING
        x = WIDTH / 2 + (x - WIDTH / 2) / zoom
        y = HEIGHT * 0.55 + (y - HEIGHT * 0.55) / zoom
        pan = 1.1 * index + 4 * np.sin(index / 15)
        picture = self._sky(x, y, pan, index)
        picture = self._mountains(picture, x, y, pan)
        picture = self._balloon(picture, x - (232 - 0.25 * pan + 0.15 * index), y - (56 - 0.42 * index), index)
        picture = self._woods(picture, x, y, pan)
        picture = self._lake(picture, x, y, pan, index)
        picture = self._boat(picture, x - (74 - 0.6 * pan + 1.15 * index), y - 117 - 0.5 * np.sin(index / 4), index)
        picture = self._meadow(picture, x, y, pan)
        picture = self._ball(picture, x - (18 + 3.6 * index - 1.0 * pan), y - 152, index)
        picture = picture.reshape(HEIGHT, SUPERSAMPLING, WIDTH, SUPERSAMPLING, 3).mean((1, 3))
        return np.clip(picture + self._grain()[..., None], 0, 255)

    def _grain(self) -> Array:
        noise = self._generator.normal(size=(HEIGHT + 2, WIDTH + 2))
        smooth = noise[1:-1, 1:-1] + 0.35 * (noise[:-2, 1:-1] + noise[2:, 1:-1] + noise[1:-1, :-2] + noise[1:-1, 2:])
        return np.asarray(GRAIN * smooth / 1.22)

    def _sky(self, x: Array, y: Array, pan: float, index: int) -> Array:
        picture = ramp((74, 128, 196), (244, 214, 178), (y / 105) ** 1.35)
        sun = np.hypot(x - 262 + 0.04 * pan, (y - 78) * 1.15)
        picture += np.exp(-sun / 38)[..., None] * np.array([60, 42, 8])
        drift = x + 0.08 * pan + 0.18 * index
        height = y * 2.3
        density = (
            look_up(self._billows, drift * 1.3, height * 1.3) * 0.7 + look_up(self._rock, drift * 2.9, height * 3) * 0.3
        )
        lit = density - look_up(self._billows, drift * 1.3 + 9, height * 1.3 + 5) * 0.7
        mask = soft(0.47, 0.68, density) * soft(96, 50, y)
        light = np.clip(0.72 + 0.9 * (lit - 0.12), 0.45, 1.05)[..., None]
        return picture + (np.array([255, 247, 238]) * light - picture) * (0.85 * mask)[..., None]

    def _mountains(self, picture: Array, x: Array, y: Array, pan: float) -> Array:
        for parallax, base, tall, haze, row in ((0.10, 97, 150, 0.42, 100), (0.2, 103, 110, 0.2, 620)):
            along = x + parallax * pan
            at = np.full_like(x, row)
            fold = look_up(self._ridges, along * 1.9, at)
            crest = base - tall * np.abs(fold - 0.42) - 6 * (look_up(self._rock, along * 3, at) - 0.5)
            depth = y - crest
            slope = look_up(self._rock, along * 2.2, y * 3) - look_up(self._rock, along * 2.2 - 2.5, y * 3 + 1.5)
            light = np.clip(0.66 + 2.6 * slope, 0.25, 1.2)
            stone = ramp((74, 74, 98), (128, 112, 104), look_up(self._leaves, along, y * 2)) * light[..., None]
            snow = soft(6, -5, depth - 9 + 34 * (look_up(self._rock, along * 4, y * 5) - 0.5)) * soft(0, 0.3, light)
            stone = mix(stone, (236, 236, 246), snow * 0.7 * np.clip(light, 0.4, 1))
            stone = mix(stone, (188, 190, 206), np.clip(haze + 0.007 * depth, 0, 0.9))
            picture = mix(picture, stone, inside(-depth))
        return picture

    def _woods(self, picture: Array, x: Array, y: Array, pan: float) -> Array:
        for parallax, base, tall, dark, row in ((0.33, 101, 20, 0.75, 40), (0.47, 104, 12, 1.0, 300)):
            along = x + parallax * pan
            at = np.full_like(x, row)
            crest = base - tall * look_up(self._ridges, along * 2.4, at) - 3.6 * look_up(self._leaves, along * 7, at)
            depth = y - crest
            leaves = look_up(self._leaves, along * 5.5, y * 6.5)
            lit = leaves - look_up(self._leaves, along * 5.5 + 2, y * 6.5 + 3)
            tone = ramp((28, 52, 36), (112, 130, 62), leaves * 0.75 + 0.9 * lit + 0.1)
            tone = mix(tone, (152, 164, 170), np.full_like(x, 0.42 * (1.35 - dark)) * soft(14, 0, depth))
            picture = mix(picture, tone, inside(-depth))
        return picture

    def _lake(self, picture: Array, x: Array, y: Array, pan: float, index: int) -> Array:
        near = np.clip((y - SHORE) / (NEAR_SHORE - SHORE), 0, 1.5)
        along = x + (0.5 + 0.3 * near) * pan
        stretch = 1 + 2 * (1 - near)
        ripple = look_up(self._grass, along * 2.2 / (0.6 + near), y * 7 * stretch - 1.3 * index)
        swell = look_up(self._billows, along * 1.5, y * 9 + 1.2 * index)
        water = ramp((176, 178, 178), (58, 104, 146), near + 0.5 * (ripple - 0.5) + 0.6 * (swell - 0.5))
        mirror = soft(0.75, 0.05, near) * (0.45 + 0.9 * (ripple - 0.5))
        water = mix(water, (58, 76, 54), np.clip(mirror, 0, 1))
        path = np.exp(-(((x - 262 + 0.04 * pan) / (16 + 30 * near)) ** 2))
        sparkle = soft(0.6, 0.8, ripple) * (0.12 + 0.8 * path)
        water = mix(water, (255, 246, 224), sparkle)
        return mix(picture, water, inside(SHORE - y))

    def _boat(self, picture: Array, x: Array, y: Array, index: int) -> Array:
        sway = x + 0.06 * np.sin(index / 7) * y
        shade = soft(-10, 9, sway) * 0.25
        glass = inside(np.maximum(np.abs(sway + 1.2 * np.sin(y * 1.4 + index / 2)) - 5 * (1 - y / 11), -y + 1))
        picture = mix(picture, (226, 222, 214), glass * 0.38 * soft(11, 2, y))
        main = np.maximum.reduce([-(sway - 0.8), (sway - 0.8) * 2.3 + (-y - 25), y + 3])
        fore = np.maximum.reduce([sway + 0.6, -(sway + 0.6) * 2.6 + (-y - 22), y + 3.5])
        sail = ramp((252, 248, 240), (214, 206, 204), shade * 4 + 0.25 * np.sin(y * 0.8))
        picture = mix(picture, sail, inside(main / 2.5))
        picture = mix(picture, ramp((214, 74, 58), (158, 44, 44), shade * 4), inside(fore / 2.8))
        picture = mix(picture, (70, 50, 38), inside(np.maximum(np.abs(sway) - 0.5, np.maximum(-y - 27, y))))
        hull = np.maximum.reduce([np.abs(sway + 0.4) - 10.5 + 0.55 * (y + 1.5), -(y + 2.4), y - 2.6])
        return mix(picture, ramp((238, 238, 236), (84, 60, 50), soft(-1.2, 0.4, y)), inside(hull))

    def _meadow(self, picture: Array, x: Array, y: Array, pan: float) -> Array:
        along = x + 0.95 * pan
        edge = NEAR_SHORE + 5 - 11 * (look_up(self._ridges, along * 1.2, np.full_like(x, 900)) - 0.3)
        edge -= 2.4 * look_up(self._leaves, along * 8, np.full_like(x, 20)) ** 2
        depth = y - edge
        near = np.clip((y - 118) / 62, 0.12, 1)
        u = (x - WIDTH / 2) / near + 1.75 * pan
        blades = look_up(self._grass, u * 2.6, y * 2.1 / near**0.5)
        patches = look_up(self._billows, u * 0.55, 90 / near)
        grass = ramp((44, 82, 30), (164, 172, 74), 0.5 * patches + 0.75 * blades - 0.12)
        grass = grass * (0.78 + 0.3 * soft(0, 10, depth) - 0.22 * near)[..., None]
        speck = look_up(self._grass, u * 1.15 + 77, 130 / near + y * 0.4)
        grass = mix(grass, (250, 226, 96), soft(0.8, 0.86, speck))
        grass = mix(grass, (232, 96, 92), soft(0.8, 0.86, look_up(self._grass, u * 1.2 + 300, 130 / near + y * 0.4)))
        return mix(picture, grass, inside(-depth))

    def _ball(self, picture: Array, x: Array, y: Array, index: int) -> Array:
        radius, turn = 13.0, 3.6 * index / 13.0
        shadow = np.hypot((x + 3) / 1.25, (y - 12.2) / 0.27) / radius
        picture = mix(picture, (26, 44, 22), 0.6 * soft(1.15, 0.55, shadow))
        across, down = x / radius, y / radius
        toward = np.sqrt(np.clip(1 - across**2 - down**2, 0, 1))
        # The ball's own axis points half towards the viewer, so that its stripes meet in sight while it rolls.
        up = across * np.sin(turn) - down * np.cos(turn)
        side = across * np.cos(turn) + down * np.sin(turn)
        axis, out = 0.8 * toward + 0.6 * up, 0.8 * up - 0.6 * toward
        stripe = np.floor((np.arctan2(out, side) / np.pi + 1) * 3).astype(int) % 6
        palette = np.array(
            [(226, 58, 52), (248, 244, 236), (42, 108, 196), (248, 244, 236), (244, 190, 52), (248, 244, 236)]
        )
        tone = palette[stripe].astype(np.float64)
        tone = mix(tone, (246, 246, 242), inside((0.955 - axis) * radius))
        light = np.clip(0.42 + 0.62 * (0.55 * across - 0.6 * down + 0.58 * toward), 0.25, 1.08)
        shine = np.exp(-((across - 0.38) ** 2 + (down + 0.46) ** 2) / 0.035) * 70
        tone = tone * light[..., None] + shine[..., None]
        return mix(picture, tone, inside(np.hypot(x, y) - radius))

    def _balloon(self, picture: Array, x: Array, y: Array, index: int) -> Array:
        x = x + 0.9 * np.sin(index / 11)
        radius = 21.0
        squeeze = np.where(y > 0, np.cos(np.clip(y / 31, 0, 1) * 1.22), np.sqrt(np.clip(1 - (y / radius) ** 2, 0, 1)))
        half = radius * squeeze
        envelope = np.maximum(np.abs(x) - half, np.maximum(y - 28, -y - radius))
        share = np.clip(x / np.maximum(half, 0.5), -1, 1)
        gore = (np.arcsin(share) / np.pi + 0.5) * 9 + 0.012 * index
        tone = np.where((np.floor(gore) % 2 == 0)[..., None], (218, 64, 54), (250, 216, 120)).astype(np.float64)
        band = inside(np.abs(y - 3 + 2.2 * share**2) - 3.4)
        tone = mix(tone, (60, 72, 148), band)
        seam = 1 - 0.22 * np.abs(gore - np.floor(gore) - 0.5) * 2
        light = np.clip(0.8 + 0.34 * share - 0.011 * y - 0.25 * (1 - squeeze), 0.4, 1.12) * seam
        fabric = 0.94 + 0.12 * look_up(self._rock, x * 5 + 60, y * 2 + 60)
        picture = mix(picture, tone * (light * fabric)[..., None], inside(envelope))
        ropes = np.abs(np.abs(x) - (6.6 - 0.2 * (y - 28))) - 0.35
        picture = mix(picture, (84, 66, 50), inside(np.maximum(ropes, np.abs(y - 32) - 5)))
        basket = np.maximum(np.abs(x) - 4.6, np.abs(y - 40) - 3.6)
        weave = 0.8 + 0.25 * np.sin(x * 4) * np.sin(y * 5)
        return mix(picture, np.array((150, 104, 62)) * weave[..., None], inside(basket))


# --- to picture and sound ---------------------------------------------------------------------------------------------


def to_frame(rgb: Array) -> av.VideoFrame:
    """BT.709, limited range, 4:2:0 with left-sited chroma."""
    red, green, blue = (rgb[..., channel] / 255 for channel in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    chroma = ((blue - luma) / 1.8556, (red - luma) / 1.5748)
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    planes = [16 + 219 * luma, *(128 + 224 * halve(signal) for signal in chroma)]
    for plane, samples in zip(frame.planes, planes, strict=True):
        lines = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        lines[: samples.shape[0], : samples.shape[1]] = np.clip(np.rint(samples), 0, 255)
    return frame


def halve(signal: Array) -> Array:
    """1-2-1 around every other column, then the mean of each two rows."""
    padded = np.pad(signal, ((0, 0), (1, 1)), mode="edge")
    filtered = (padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:])[:, ::2] / 4
    return np.asarray((filtered[0::2] + filtered[1::2]) / 2)


def chord() -> list[av.AudioFrame]:
    """Three soft tones that swell and fade over the length of the clip."""
    count = FRAMES * SAMPLE_RATE // RATE
    time = np.arange(count) / SAMPLE_RATE
    swell = np.sin(np.pi * time * RATE / FRAMES) ** 1.5
    tones = sum(
        weight * np.sin(2 * np.pi * pitch * time + np.sin(2 * np.pi * 5 * time) * 0.15)
        for pitch, weight in ((220.0, 0.5), (277.18, 0.35), (329.63, 0.35), (440.0, 0.15))
    )
    samples = (0.12 * swell * tones).astype(np.float32)
    frames = []
    for start in range(0, count, 1024):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        frames.append(frame)
    return frames


if __name__ == "__main__":
    main()
