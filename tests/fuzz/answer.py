"""What is asked of a file that may be anything, and what counts as an answer.

Every question is answered by a result or by an `EngineError` with a sentence; any other exception is a failure. The
questions are those of a person: open it, say what it is and how it is built, show frames, list its tracks, verify it,
decode it to a video with `--keep-going`, repair it.

Rendering frames is work that an intact file may ask for as well, so it is bounded here, by what the header says alone:
a frame counts as its network's multiply-accumulates + 500 a luma sample + 4 million, reading a unit's symbols as 400 a
parameter, a placeholder as 200 a luma sample + 2 million, and of each of the passes (single frames, verify, decode) no
more than `BUDGET` is asked. Without regard to the budget the symbols of the first unit are always read, however many it
claims; those of a motion unit come with its frames, so that of such a one only the first is asked. About every other
mutated file is verified, and every other decoded, one in eight both; kept and hand-made files are verified, and decoded
into each kind of file. Time is taken question by question.
"""

import time
import zlib
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from motion_seeds import frame_cost, frames_hang_together, unit_cost
from mutations import Case
from mvc_seeds import CODEC, mvc_costs
from seeds import Seed, seeds

from nvc_engine.bitstream.container import Header, NvcReader, Unit
from nvc_engine.bitstream.repair import Repair, repair
from nvc_engine.cli_info import construction
from nvc_engine.cli_options import parse
from nvc_engine.codecs.nvc_clip import NvcClip, decoder_of
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.verifying import verify
from nvc_engine.errors import EngineError
from nvc_engine.media.facts import clip_facts
from nvc_engine.media.picture import Picture
from nvc_engine.media.tracks import open_tracks, track_facts
from nvc_engine.protocol import wire

BUDGET = 1 << 27
UNITS_SHOWN = 6
# Which cases by number are verified, and which decoded, into what.
VERIFIED = (0, 2, 4, 6, 7)
OUTPUTS = ("mkv", "mp4", "y4m")
DECODED = {0: ("mkv",), 1: ("mkv",), 3: ("y4m",), 5: ("mkv",), 7: ("mp4",)}
PACKETS_READ = 2000
LONGEST_SENTENCE = 4000
OK = "ok"

Reference = tuple[object, ...]


class WrongAnswerError(AssertionError):
    """The engine answered, but not as it must."""


@dataclass(frozen=True)
class Costs:
    """What decoding asks of a file with this header, in the units of `BUDGET`; None where no network can be made."""

    header: Header
    shape: NetworkShape | None

    @classmethod
    def of(cls, header: Header) -> "Costs | None":
        if header.codec == CODEC or frame_cost(header) is not None:
            return cls(header, None)
        try:
            return cls(header, NetworkShape.unpack(header.codec_config))
        except EngineError:
            return None

    def of_unit(self, count: int) -> tuple[float, float]:
        """Of reading the symbols of a unit of `count` frames, and of one frame; nothing where it is refused."""
        if self.header.codec == CODEC:
            return mvc_costs(self.header, count)
        if self.shape is None:
            return unit_cost(self.header, count), frame_cost(self.header) or 0.0
        pixels = self.header.width * self.header.height
        layout = Layout(self.shape, count, self.header.height, self.header.width)
        if not layout.decodable():
            return 0.0, 0.0
        return 400.0 * layout.parameter_count(), layout.macs_per_pixel() * pixels + 500 * pixels + 4e6

    def whole(self, units: tuple[Unit, ...]) -> float:
        """Of all frames, each at least as a placeholder."""
        total = self.header.frame_count * (200 * self.header.width * self.header.height + 2e6)
        for count, many in Counter(unit.count for unit in units).items():
            symbols, frame = self.of_unit(count)
            total += many * (symbols + count * frame)
        return total


@dataclass
class Answered:
    """The answers by question, "ok" or a sentence, and what the slowest of them took, in seconds.

    Seconds are of the clock or of the processor, whichever are fewer: on a busy machine those of the clock say little,
    and what runs in threads takes more of the processor's.
    """

    answers: dict[str, str] = field(default_factory=dict)
    slowest: str = ""
    seconds: float = 0.0

    def ask(self, question: str, action: Callable[[], object]) -> None:
        """Put a question. Raises whatever is no answer."""
        wall, processor = time.perf_counter(), time.process_time()
        try:
            self.answers[question] = _answer_of(action)
        finally:
            seconds = min(time.perf_counter() - wall, time.process_time() - processor)
            if seconds > self.seconds:
                self.slowest, self.seconds = question, seconds


class Answerer:
    """Asks everything of one file after the other; `folder` is for the files and what is made of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._options = parse(["decode", "in.nvc", "-o", "out.mkv", "-y", "--keep-going", "--device", "cpu"])
        self._references = {}
        for seed in seeds():
            self._references.update(self._decoded(seed))

    def answer(self, case: Case) -> Answered:
        """Ask everything. Raises whatever is no answer."""
        path = self._folder / "case.nvc"
        path.write_bytes(case.data)
        answered = Answered()
        answered.ask("open", lambda: self._open(path, case))
        answered.ask("info", lambda: wire.to_plain(construction(path)))
        answered.ask("clip", lambda: _clip_facts(path))
        answered.ask("tracks", lambda: _tracks(path))
        if answered.answers["clip"] == OK:
            self._frames(path, case, answered)
        if answered.answers["open"] == OK and _affordable(path):
            if case.kept or case.number % 8 in VERIFIED:
                answered.ask("verify", lambda: _verified(path))
            for kind in OUTPUTS if case.kept else DECODED.get(case.number % 8, ()):
                answered.ask(f"decode to {kind}", partial(self._decode, path, kind))
        self._repair(path, answered)
        return answered

    def _decoded(self, seed: Seed) -> Iterator[tuple[Reference, list[int]]]:
        path = self._folder / "seed.nvc"
        path.write_bytes(seed.data)
        clip = NvcClip.open(path)
        try:
            for unit in seed.units:
                frames = [_digest(picture) for picture in clip.pictures(unit.first, unit.first + unit.count)]
                yield _reference(seed.header, unit.count, unit.payload), frames
        finally:
            clip.close()

    def _open(self, path: Path, case: Case) -> None:
        with NvcReader.open(path) as reader:
            stop = 0
            for unit in reader.units:
                if not stop <= unit.first < unit.stop <= reader.header.frame_count:
                    raise WrongAnswerError(f"units overlap or leave the clip: {reader.units}")
                stop = unit.stop
            if case.seed is not None:
                _check_found(reader, case.seed, case.data)

    def _frames(self, path: Path, case: Case, answered: Answered) -> None:
        """The first, middle and last frame of the first units and the last one, as far as the budget goes."""
        clip = NvcClip.open(path)
        try:
            with NvcReader.open(path) as reader:
                costs = Costs.of(reader.header)
                if costs is None:
                    raise WrongAnswerError("a clip opened whose network has no shape")
                if case.patient and reader.units:
                    answered.ask("frame 0", partial(self._frame, clip, reader, 0, 0))
                left = float(BUDGET)
                units = list(enumerate(reader.units))
                for number, unit in [*units[: UNITS_SHOWN - 1], *units[UNITS_SHOWN - 1 :][-1:]]:
                    symbols, each = costs.of_unit(unit.count)
                    left -= symbols
                    if left < 0:
                        if number == 0 and not case.patient:
                            self._of_first_unit(path, clip, reader, costs, answered)
                        return
                    for frame in sorted({unit.first, (unit.first + unit.stop) // 2, unit.stop - 1}):
                        left -= each
                        if left >= 0:
                            show = partial(self._frame, clip, reader, number, frame)
                            answered.ask(f"frame {frame}", show)
        finally:
            clip.close()

    def _of_first_unit(self, path: Path, clip: NvcClip, reader: NvcReader, costs: Costs, answered: Answered) -> None:
        """Read its symbols; where these are only to be had with all of its frames, show a first one that is small."""
        if reader.header.codec == CODEC or not frames_hang_together(reader.header):
            answered.ask("symbols", lambda: _symbols(path))
        elif costs.of_unit(1)[1] <= BUDGET:
            first = reader.units[0].first
            answered.ask(f"frame {first}", partial(self._frame, clip, reader, 0, first))

    def _frame(self, clip: NvcClip, reader: NvcReader, number: int, frame: int) -> None:
        """Decode a frame; it must be the seed's where the unit is."""
        unit = reader.units[number]
        expected = None
        with suppress(EngineError):
            expected = self._references.get(_reference(reader.header, unit.count, reader.payload(number)))
        try:
            picture = clip.picture(frame)
        except EngineError as error:
            if expected is not None:
                raise WrongAnswerError(f"frame {frame} is intact and was not decoded: {error}") from error
            raise
        _check_picture(picture, reader.header)
        if expected is not None and _digest(picture) != expected[frame - unit.first]:
            raise WrongAnswerError(f"frame {frame} is intact and decodes to another picture")

    def _decode(self, path: Path, kind: str) -> None:
        output = self._folder / f"decoded.{kind}"
        self._options.run(Namespace(**{**vars(self._options), "input": path, "output": output}))
        if not output.stat().st_size:
            raise WrongAnswerError("decode wrote an empty file")

    def _repair(self, path: Path, answered: Answered) -> None:
        """Repair into another file, which must then be sound but for the frames that were lost."""
        output = self._folder / "repaired.nvc"
        done: list[Repair] = []
        answered.ask("repair", lambda: done.append(repair(path, output, overwrite=True)))
        if not done or done[0].output is None:
            return
        with NvcReader.open(output) as reader:
            if len(reader.units) != done[0].units:
                raise WrongAnswerError(f"{done[0].units} units were kept and {len(reader.units)} are found")
            for number in range(len(reader.units)):
                reader.payload(number)
        again = repair(output, self._folder / "again.nvc", overwrite=True)
        if again.output is not None:
            raise WrongAnswerError(f"the repaired file is to be repaired: {again}")


def _answer_of(action: Callable[[], object]) -> str:
    try:
        action()
    except EngineError as error:
        sentence = str(error)
        if not sentence.strip().endswith(".") or len(sentence) > LONGEST_SENTENCE:
            raise WrongAnswerError(f"no sentence for a person: {sentence[:500]!r}") from error
        return sentence
    return OK


def _clip_facts(path: Path) -> None:
    clip = NvcClip.open(path)
    try:
        wire.to_plain(clip_facts(clip.info))
    finally:
        clip.close()


def _affordable(path: Path) -> bool:
    with NvcReader.open(path) as reader:
        costs = Costs.of(reader.header)
        return costs is None or costs.whole(reader.units) <= BUDGET


def _verified(path: Path) -> None:
    report = verify(path)
    if report.ok != (not report.notes and all(unit.ok for unit in report.units)):
        raise WrongAnswerError("a report contradicts itself")


def _symbols(path: Path) -> None:
    """Read the symbols of the first unit, whatever it claims."""
    with NvcReader.open(path) as reader:
        decoder = decoder_of(reader.header, path)
        try:
            decoder.symbol_checksum(reader.payload(0), reader.units[0].first, reader.units[0].count)
        finally:
            decoder.close()


def _tracks(path: Path) -> None:
    with NvcReader.open(path) as reader:
        blob = reader.tracks()
    if blob:
        track_facts(blob)
        with open_tracks(blob) as tracks:
            for number, _ in enumerate(tracks.packets()):
                if number >= PACKETS_READ:
                    break


def _check_found(reader: NvcReader, seed: Seed, data: bytes) -> None:
    """Every unit of the seed whose chunk stands in the file as it was must be found."""
    found = {(unit.first, unit.count, unit.offset, unit.size) for unit in reader.units}
    position = 0
    for unit in seed.units:
        at = seed.data.index(unit.payload, position)
        start, stop = at - 16, at + len(unit.payload) + 4
        position = stop
        if data[start:stop] == seed.data[start:stop] and (unit.first, unit.count, at, len(unit.payload)) not in found:
            raise WrongAnswerError(f"the intact unit of frame {unit.first} was not found")


def _check_picture(picture: Picture, header: Header) -> None:
    shape = header.chroma.plane_shape(header.height, header.width)
    if picture.y.shape != (header.height, header.width) or picture.u.shape != shape or picture.v.shape != shape:
        raise WrongAnswerError("a picture has another size than the file")


def _reference(header: Header, count: int, payload: bytes) -> Reference:
    """What the frames of a unit depend on."""
    size = header.width, header.height, header.bit_depth, header.chroma
    colour = header.colour if header.codec == CODEC or frame_cost(header) is not None else None
    return header.codec, header.codec_version, header.codec_config, size, colour, count, payload


def _digest(picture: Picture) -> int:
    crc = 0
    for plane in (picture.y, picture.u, picture.v):
        crc = zlib.crc32(plane.tobytes(), crc)
    return crc
