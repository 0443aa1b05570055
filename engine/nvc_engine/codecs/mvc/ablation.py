"""The modules one by one, as in the paper's Table III: each row trained alike at several rates, measured on its bytes.

Every training of a row has the same seed and as many steps as any other. Rates are those of whole files, distortions
are of frames decoded from their bytes. What can be compared with the paper is the order of the rows: it has other
clips, a thousand times the training, and RAFT and ResNet-34 as teachers.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import process_time
from typing import Any

import torch

from nvc_engine.bitstream.container import overhead_bytes
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder
from nvc_engine.codecs.mvc.coding import decode_unit
from nvc_engine.codecs.mvc.decoding import FrameRenderer
from nvc_engine.codecs.mvc.layout import EMBEDDING, Layout
from nvc_engine.codecs.mvc.modules import with_present_helpers
from nvc_engine.codecs.mvc.planning import fitting_lambda, plan_encode
from nvc_engine.codecs.mvc.published import against_baseline
from nvc_engine.codecs.mvc.session import MvcSession
from nvc_engine.codecs.mvc.settings import PRESETS, MvcSettings
from nvc_engine.codecs.rgb_pictures import to_picture
from nvc_engine.codecs.settings import resolve
from nvc_engine.comparing.bd_rate import BdError, bd_rate
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import Clip
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import Scalar
from nvc_engine.quality.psnr import psnr, psnr_yuv

WEIGHT_BITS = (0.6, 1.0, 1.6, 2.4)
PROBED_STEPS = 4

_NONE: dict[str, Scalar] = {"crspe": "off", "frequency_weight": 0.0, "sfcm": "off", "tcl": False}
_CRSPE: dict[str, Scalar] = {**_NONE, "crspe": "area"}
_FDS: dict[str, Scalar] = {**_CRSPE, "frequency_weight": 30.0}
_SFCM: dict[str, Scalar] = {**_FDS, "sfcm": "reg-ent"}
_TCL: dict[str, Scalar] = {**_SFCM, "tcl": True}

ROWS: dict[str, dict[str, Scalar]] = {
    "baseline": _NONE,
    "+CRSPE": _CRSPE,
    "+FDS": _FDS,
    "+SFCM": _SFCM,
    "+TCL": _TCL,
    "SFCM without regularisation": {**_FDS, "sfcm": "vanilla"},
    "SFCM without L_ent": {**_FDS, "sfcm": "reg"},
    "TCL without PGD": {**_TCL, "tcl_target": "onehot"},
    "TCL, L=40": {**_TCL, "tcl_length": 40},
    "TCL, L=80": {**_TCL, "tcl_length": 80},
    "TCL, L=120": {**_TCL, "tcl_length": 120},
}


@dataclass(frozen=True)
class Point:
    """One training: bits per pixel of the file, by the paper's formula at 8 bits, and mean PSNR-YUV of decoded frames.

    `embedding_db` is what the frames lose where every F_e becomes its mean over time: near 0, CRSPE is of no use.
    """

    bpp: float
    formula_bpp: float
    psnr_yuv: float
    embedding_db: float
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RowResult:
    """A row's points, its BD-rate against our first row in percent (None where `note` says why there is none), and what
    the paper's rows are against theirs, by group."""

    name: str
    points: tuple[Point, ...]
    bd_rate: float | None
    note: str
    published: tuple[float, ...]


@dataclass(frozen=True)
class Ablation:
    """All rows; `epochs` is how often each training saw every frame, `seconds` the processor's time of it all."""

    rows: tuple[RowResult, ...]
    preset: str
    frames: int
    epochs: int
    seconds: float


def ablate(
    clip: Clip,
    minutes: float,
    *,
    preset: str = "xs",
    first: int = 0,
    stop: int | None = None,
    weight_bits: Sequence[float] = WEIGHT_BITS,
    rows: Sequence[str] = tuple(ROWS),
    progress: Callable[[str], None] = lambda sentence: None,
) -> Ablation:
    """Run the rows on frames `first`..`stop` of a clip, in about `minutes` of one processor altogether.

    Args:
        weight_bits: what a weight is expected to take at each point; lambda follows, the same for all rows.

    Raises:
        UsageError: no such preset or row.
    """
    facts = next((each for each in PRESETS if each.name == preset), None)
    wrong = [row for row in rows if row not in ROWS]
    if facts is None or wrong:
        raise UsageError(f"The ablation has no {'preset ' + preset if facts is None else 'row ' + wrong[0]}.")
    started = process_time()
    stop = clip.info.frame_count if stop is None else stop
    orders = {}
    for row in rows:
        settings = with_present_helpers(resolve(MvcSettings, facts, {"precision": "float32", **ROWS[row]}))
        length = max(2, min(settings.tcl_length, stop - first - 1))  # no frame has more before it
        orders[row] = EncodeOrder(replace(settings, tcl_length=length), preset, None, first, stop, epochs=1)
    different = {order.settings: order for order in orders.values()}
    lambdas = _lambdas(clip, next(iter(orders.values())), weight_bits)
    seconds = sum(_step_seconds(clip, order) for order in different.values()) * len(lambdas) * (stop - first)
    epochs = max(1, round((minutes * 60 - (process_time() - started)) / seconds))
    results: dict[MvcSettings, tuple[Point, ...]] = {}
    for row, order in orders.items():
        if order.settings in results:
            continue
        points = []
        for lambda_ in lambdas:
            points.append(_trained(clip, replace(order, epochs=epochs), lambda_))
            progress(f"{row}, lambda {lambda_:.3g}: {points[-1].bpp:.4f} bpp, {points[-1].psnr_yuv:.2f} dB")
        results[order.settings] = tuple(points)
    found = {row: results[order.settings] for row, order in orders.items()}
    return Ablation(tuple(_rows(found)), preset, stop - first, epochs, process_time() - started)


def _rows(results: Mapping[str, tuple[Point, ...]]) -> Iterator[RowResult]:
    anchor = _curve(next(iter(results.values())))
    seen: dict[int, str] = {}
    for name, points in results.items():
        difference, note = None, ""
        twin = seen.setdefault(id(points), name)
        if twin != name:
            note = f"the same training as {twin}"
        if len(seen) > 1:
            try:
                difference = 100 * bd_rate(anchor, _curve(points)).value
            except BdError as error:
                note = str(error)
        yield RowResult(name, points, difference, note, against_baseline(name))


def _curve(points: Sequence[Point]) -> list[tuple[float, float]]:
    return [(point.bpp, point.psnr_yuv) for point in points]


def _session(clip: Clip, order: EncodeOrder, lambda_: float = 1.0) -> MvcSession:
    return MvcSession(clip, order, replace(plan_encode(clip.info, order), lambda_=lambda_), None)


def _lambdas(clip: Clip, order: EncodeOrder, weight_bits: Sequence[float]) -> tuple[float, ...]:
    frames, info = order.stop - order.first, clip.info
    layout = Layout(plan_encode(info, order).shape, frames, info.height, info.width)
    pixels = frames * info.height * info.width
    return tuple(fitting_lambda(layout, bits * layout.weight_count() / pixels) for bits in weight_bits)


def _step_seconds(clip: Clip, order: EncodeOrder) -> float:
    """Processor seconds of a step of this row, from a few of them."""
    fit = _session(clip, order).whole()
    fit.step(0.5)
    started = process_time()
    for _ in range(PROBED_STEPS):
        fit.step(0.5)
    return (process_time() - started) / PROBED_STEPS


def _trained(clip: Clip, order: EncodeOrder, lambda_: float) -> Point:
    """Train, decode and measure; a clip with scene cuts is one unit here, so that rows differ in nothing else."""
    session = _session(clip, order, lambda_)
    planned = plan_encode(clip.info, order)
    fit = session.whole()
    epochs = order.epochs or 1
    while fit.epoch < epochs:
        fit.step(fit.epoch / epochs)
    unit = EncodedUnit(0, order.stop - order.first, session.unit_payload(fit))
    layout, count = fit.layout, unit.count
    theta = dict(decode_unit(layout, unit.payload).theta)
    db = _mean_psnr(clip, order, layout, theta)
    without = db
    if EMBEDDING in theta:
        flat = theta[EMBEDDING].mean(dim=0, keepdim=True).expand_as(theta[EMBEDDING])
        without = _mean_psnr(clip, order, layout, {**theta, EMBEDDING: flat})
    pixels = count * layout.height * layout.width
    size = len(unit.payload) + overhead_bytes(planned.header, [(count, len(unit.payload))])
    formula = 8 * (layout.weight_count() + layout.embedding_count()) / pixels
    return Point(8 * size / pixels, formula, db, db - without, fit.figures())


def _mean_psnr(clip: Clip, order: EncodeOrder, layout: Layout, theta: Mapping[str, torch.Tensor]) -> float:
    renderer = FrameRenderer(layout, theta, torch.device("cpu"))
    info = clip.info
    values = []
    for number, source in enumerate(clip.pictures(order.first, order.stop)):
        picture = to_picture(renderer.frame(number)[None], info.colour, info.bit_depth, Chroma.C420)
        values.append(_psnr(picture, source))
    return statistics.fmean(values)


def _psnr(picture: Picture, source: Picture) -> float:
    planes: list[Any] = [(getattr(picture, plane), getattr(source, plane)) for plane in ("y", "u", "v")]
    return psnr_yuv(*(psnr(test, reference, source.bit_depth) for test, reference in planes))
