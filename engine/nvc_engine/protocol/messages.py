"""Everything that window, engine and workers say to each other, as frozen dataclasses.

Facts (`…Facts`, `Progress`, `Result`, `Plan`) travel inside messages. Requests carry a `request` number that the
answer repeats; `Failed` answers any request with a sentence for a person. Fractions travel as "num/den".
"""

from dataclasses import dataclass, field
from enum import StrEnum

Scalar = str | int | float | bool

# --- facts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RawSpec:
    """How to read a raw YUV file: even an odd size is allowed; `rate` in frames per second as "num/den"."""

    width: int
    height: int
    pixel_format: str = "yuv420p"
    rate: str = "25/1"


@dataclass(frozen=True)
class TrackFacts:
    """A track that is carried along with the picture: audio or subtitles."""

    kind: str
    codec: str
    description: str = ""


@dataclass(frozen=True)
class ClipFacts:
    """What the window shows of a source. `timestamps` are in units of `time_base`, one a frame, rising; `drafts` says
    whether small pictures of its frames can be had before the frames (see `GetFrame`), `interpolates` whether it can be
    opened in slow motion; where it is, of `slow_motion` pictures one is a frame and the rest are interpolated."""

    path: str
    container: str
    codec: str
    width: int
    height: int
    frames: int
    rate: str
    time_base: str
    timestamps: tuple[int, ...]
    pixel_format: str
    bit_depth: int
    matrix: str
    primaries: str
    transfer: str
    full_range: bool
    colour_assumed: bool
    rotation: int = 0
    sample_aspect: str = "1/1"
    variable_rate: bool = False
    bytes: int = 0
    bpp: float = 0.0
    tracks: tuple[TrackFacts, ...] = ()
    units: tuple[tuple[int, int], ...] = ()
    scene_cuts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    provenance: str = ""
    frame_bytes: tuple[int, ...] = ()
    drafts: bool = False
    interpolates: bool = False
    slow_motion: int = 1


class GoalKind(StrEnum):
    BPP = "bpp"
    BITRATE = "bitrate"
    SIZE = "size"
    PSNR = "psnr"
    QUALITY = "quality"


@dataclass(frozen=True)
class Goal:
    """The one thing the user asks of an encode: bits per pixel, kb/s, bytes, dB of PSNR-YUV 6:1:1 (mean of frames), or
    the codec's own quality step."""

    kind: GoalKind
    value: float


@dataclass(frozen=True)
class SettingFacts:
    """One declared setting of a codec: the form, the terminal's option and the help text are made from it.

    `type` is "int", "float", "bool" or "choice"; `minimum` and `maximum` bound numbers; `choices` a choice. It counts
    only where the setting `parent`, if any, counts and has one of `parent_values`.
    """

    name: str
    type: str
    title: str
    help: str
    default: Scalar
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    advanced: bool = False
    parent: str = ""
    parent_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class PresetFacts:
    name: str
    title: str
    help: str
    values: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class CodecFacts:
    """A codec as the window and `nvc-engine codecs` know it. Where no preset is named, one that is `automatic` takes
    the preset that suits clip, goal, time and device, any other its first.

    `trains` says that time budget and epochs mean something to it; `quality_*` bound and default the quality step;
    `goals` are the kinds of goal that it can aim at. A `conventional` one writes ordinary video files; `suffixes` are
    those of its files, the default one first.
    """

    name: str
    title: str
    help: str
    presets: tuple[PresetFacts, ...]
    settings: tuple[SettingFacts, ...]
    trains: bool
    quality_title: str
    quality_minimum: float
    quality_maximum: float
    quality_default: float
    default_minutes: float = 5.0
    goals: tuple[GoalKind, ...] = (GoalKind.BPP, GoalKind.BITRATE, GoalKind.SIZE, GoalKind.QUALITY)
    conventional: bool = False
    suffixes: tuple[str, ...] = (".nvc",)
    automatic: bool = False


@dataclass(frozen=True)
class Plan:
    """What an encode would take, before any of it is done. `bpp` is None where the goal is not a rate and no
    estimate exists. `notes` are sentences for the user; `warning` is one that the form shows in colour."""

    codec: str
    preset: str
    parameters: int
    kmac_per_pixel: float
    peak_memory_bytes: int
    seconds: float
    bpp: float | None
    bytes: int | None
    frames: int
    width: int
    height: int
    device: str
    steps: int = 0
    notes: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True)
class JobRequest:
    """An encode as it is ordered. `first`/`stop` cut the clip (stop exclusive); `minutes` or `epochs`, not both.

    Where `training` names a stage, it is a training of the codec's weights instead, which only a terminal does:
    `source` is the folder of clips that it learns from, `output` the one that it works in and leaves the weights in."""

    source: str
    output: str
    codec: str = "nvrc"
    preset: str = ""
    settings: dict[str, Scalar] = field(default_factory=dict)
    goal: Goal | None = None
    minutes: float | None = None
    epochs: int | None = None
    first: int | None = None
    stop: int | None = None
    seed: int = 0
    device: str = "auto"
    overwrite: bool = False
    raw: RawSpec | None = None
    training: str = ""


@dataclass(frozen=True)
class SweepRequest:
    """A comparison as it is ordered: several encodes of one clip by each codec, drawn and compared in a report.

    `codecs` are names, with a preset where one is chosen ("x265:veryslow"); `bpp` are rates, rising, that every codec
    aims at in place of `points` that each chooses; `minutes` is the budget of each encode that
    trains; `folder` is where files and report go; `published` names figures of papers to lay beside."""

    source: str
    folder: str
    codecs: tuple[str, ...]
    points: int = 4
    minutes: float | None = None
    first: int | None = None
    stop: int | None = None
    device: str = "auto"
    raw: RawSpec | None = None
    published: str = ""
    bpp: tuple[float, ...] = ()


class JobState(StrEnum):
    """Where a job stands; the legal moves are a table in `nvc_engine.jobs.states`."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobVerb(StrEnum):
    """What a person may ask of a job. `STOP` is stop-and-keep: finish now with the best so far. `START` has it run at
    once; a job that runs in its place leaves a checkpoint and goes on afterwards."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    CANCEL = "cancel"
    RETRY = "retry"
    REMOVE = "remove"
    MOVE_UP = "move-up"
    MOVE_DOWN = "move-down"
    RAISE = "raise"
    """Before all jobs of less priority, wherever they stand in the list."""
    LEVEL = "level"
    LOWER = "lower"


@dataclass(frozen=True)
class Progress:
    """One report of a running job. Rates and distortions here are the trainer's estimates; only `Result` is measured.

    `fraction` is of the whole job in 0..1; `distortion_db` the estimated PSNR-YUV 6:1:1 in dB; `rate_bpp` bits/pixel.
    `rate_shares` are classes (grids, weights, motion ...) in the codec's own order, each with what it takes of
    `rate_bpp`; () where nobody knows.
    """

    stage: str
    stage_index: int
    stage_count: int
    fraction: float
    elapsed: float
    remaining: float | None
    step: int = 0
    steps: int = 0
    epoch: float = 0.0
    steps_per_second: float = 0.0
    loss: float | None = None
    rate_bpp: float | None = None
    distortion_db: float | None = None
    learning_rate: float | None = None
    lambda_: float | None = None
    rate_shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Result:
    """What was measured on the finished file. PSNR in dB, means of per-frame values; `psnr_yuv` weighs 6:1:1.

    `bytes` is the whole file; `bpp` and `kbps` leave out carried audio and subtitles (`track_bytes`). `notes` are
    sentences on what was asked for and not met. `ssim`, `ms_ssim`, `xpsnr` (dB) and `vmaf` (0..100) are of luma; None
    where they were not measured. `byte_shares` are classes of the bytes of a `.nvc` (weights, latents, container ...)
    that add up to `bytes`; () of an ordinary file."""

    bytes: int
    bpp: float
    kbps: float
    frames: int
    width: int
    height: int
    codec: str
    preset: str
    seconds: float
    psnr_y: float
    psnr_u: float
    psnr_v: float
    psnr_yuv: float
    psnr_rgb: float
    ms_ssim: float | None
    track_bytes: int = 0
    per_frame_psnr_y: tuple[float, ...] = ()
    per_frame_psnr_yuv: tuple[float, ...] = ()
    per_frame_ms_ssim: tuple[float, ...] = ()
    per_frame_xpsnr: tuple[float, ...] = ()
    frame_bytes: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    ssim: float | None = None
    xpsnr: float | None = None
    vmaf: float | None = None
    byte_shares: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class JobFacts:
    """A job as everyone sees it. `message` is a sentence: why it failed, what it is waiting for, where its file is.
    `priority` is 1 (raised), 0 or -1 (lowered)."""

    id: str
    request: JobRequest
    state: JobState
    position: int
    created: float
    attempts: int = 0
    message: str = ""
    progress: Progress | None = None
    result: Result | None = None
    history: tuple[Progress, ...] = ()
    priority: int = 0


# --- window -> engine ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hello:
    """First message of a window. The engine answers with `Welcome`, then with one `JobChanged` per known job."""

    protocol_version: int
    client: str


@dataclass(frozen=True)
class DescribeCodecs:
    """Ask for the codecs; answered by `Codecs` as soon as the engine knows them."""

    request: int


@dataclass(frozen=True)
class OpenClip:
    """Open a source (video, folder of images, raw YUV, `.nvc`); answered by `ClipOpened` or `Failed`.

    `matrix` and `full_range` override what the stream says or the studio assumed ("" and None: leave it). With
    `slow_motion` N, N - 1 interpolated pictures follow each frame, at the times between (see `ClipFacts`)."""

    request: int
    path: str
    raw: RawSpec | None = None
    matrix: str = ""
    full_range: bool | None = None
    slow_motion: int = 1


@dataclass(frozen=True)
class CloseClip:
    clip: int


@dataclass(frozen=True)
class GetFrame:
    """Ask for one frame of an opened clip in BGRX in slot `slot` of ring `ring`; answered by `FrameReady`/`Failed`.

    The picture is delivered at its stored size unless `max_width` > 0, which allows a smaller one (for thumbnails).
    `channel` names a stream of requests (one a view): only the newest request of a channel is sure to be served;
    a dropped one is answered by `FrameDropped`, so that its slot can be used again.

    With `draft`, a small picture is asked for that comes long before the frame, to stand in for it; `FrameDropped`
    where there is none, or the frame itself comes as soon. Drafts are asked for in a channel of their own.

    With `deep`, pixels are 32-bit words of two spare bits and 10 bits each of R, G and B, for displays that show
    them."""

    request: int
    clip: int
    frame: int
    ring: str
    slot: int
    channel: str
    max_width: int = 0
    draft: bool = False
    deep: bool = False


@dataclass(frozen=True)
class GetPixel:
    """Ask for the code values of one pixel of an opened clip, counted from the top left of the picture as it is stored;
    answered by `PixelRead` or `Failed`, or by `FrameDropped` where a newer request of its `channel` took its place."""

    request: int
    clip: int
    frame: int
    x: int
    y: int
    channel: str


@dataclass(frozen=True)
class AskPlan:
    """Plan an encode of a source without doing any of it; answered by `Planned` or `Failed`."""

    request: int
    job: JobRequest


@dataclass(frozen=True)
class SubmitJob:
    """Queue a job; answered by `JobSubmitted` or `Failed`. It starts when its turn comes."""

    request: int
    job: JobRequest


@dataclass(frozen=True)
class CommandJob:
    """Do `verb` to a job; answered by `Done` or `Failed` and followed by `JobChanged`."""

    request: int
    job: str
    verb: JobVerb


@dataclass(frozen=True)
class EditJob:
    """Have a job that has not begun do `order` instead, in its place in the list; answered by `Done` or `Failed` and
    followed by `JobChanged`."""

    request: int
    job: str
    order: JobRequest


@dataclass(frozen=True)
class HoldQueue:
    """Finish the jobs that run and start no other (`held`), or go on; answered by `Done` or `Failed`."""

    request: int
    held: bool


@dataclass(frozen=True)
class UseCluster:
    """Spread waiting jobs over the Ray cluster at `address` as well; "" leaves it. Answered by `Done` or `Failed`."""

    request: int
    address: str


@dataclass(frozen=True)
class AskLog:
    """Ask for a job's log; answered by `JobLogged` or `Failed`."""

    request: int
    job: str


@dataclass(frozen=True)
class WantPreview:
    """Ask a running job for its current reconstruction of `frame`, in BGRX in `slot`; answered by `PreviewReady`,
    or by `FrameDropped` where the job cannot give one now. At most one is under way per job."""

    request: int
    job: str
    frame: int
    ring: str
    slot: int


@dataclass(frozen=True)
class AskExport:
    """Decode a `.nvc` to `output` (.y4m, .mkv FFV1, .mp4 H.264, or a folder of PNG), tracks put back where the format
    can hold them; answered by `ExportProgress` several times, then `Done` or `Failed`."""

    request: int
    source: str
    output: str
    first: int | None = None
    stop: int | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class AskMeasure:
    """Measure `test` against `reference` (paths); answered by `ExportProgress`, then `Measured` or `Failed`."""

    request: int
    reference: str
    test: str
    raw: RawSpec | None = None


@dataclass(frozen=True)
class AskReport:
    """Write figures, charts and the report of all encodes that there have been of `source` into the folder `output`;
    answered by `Done` or `Failed`. `anchor` is the curve that the others are compared with ("": the first conventional
    one), `method` how curves run between their points, `published` names figures of papers to lay beside."""

    request: int
    source: str
    output: str
    raw: RawSpec | None = None
    anchor: str = ""
    method: str = "pchip"
    published: str = ""


@dataclass(frozen=True)
class AskSweep:
    """Do what of a comparison is not done yet; answered by `ExportProgress`, then `Done` or `Failed`. Its encodes are
    jobs like others, in the list of all windows; the same order goes on with one that was given up."""

    request: int
    sweep: SweepRequest


@dataclass(frozen=True)
class Abort:
    """Give up the export, measurement, report or sweep with this request number; it is answered by `Failed`."""

    request: int


@dataclass(frozen=True)
class Goodbye:
    """The window closes. `stop_jobs` pauses what runs, checkpointed; else the engine finishes the queue and exits."""

    stop_jobs: bool = False


# --- engine -> window ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Welcome:
    protocol_version: int
    engine_version: str
    pid: int


@dataclass(frozen=True)
class Codecs:
    """`devices` are the values that `JobRequest.device` may take here, such as ("auto", "cpu", "cuda")."""

    request: int
    codecs: tuple[CodecFacts, ...]
    devices: tuple[str, ...]


@dataclass(frozen=True)
class ClipOpened:
    request: int
    clip: int
    facts: ClipFacts


@dataclass(frozen=True)
class FrameReady:
    """The picture of `frame` stands in `slot` of `ring`: BGRX, or 10 bits a channel where it is `deep`, `width` x
    `height`, rows `stride` bytes apart."""

    request: int
    clip: int
    frame: int
    ring: str
    slot: int
    width: int
    height: int
    stride: int
    deep: bool = False


@dataclass(frozen=True)
class FrameDropped:
    request: int


@dataclass(frozen=True)
class PixelRead:
    """`yuv` are the code values of `bit_depth` bits as they are stored, those of chroma from the sample that covers the
    pixel; `rgb` is what the pixel's colour is in 8 bits. For RGB sources `yuv` are G, B and R."""

    request: int
    yuv: tuple[int, ...]
    rgb: tuple[int, ...]
    bit_depth: int


@dataclass(frozen=True)
class Planned:
    request: int
    plan: Plan


@dataclass(frozen=True)
class JobSubmitted:
    request: int
    job: str


@dataclass(frozen=True)
class JobChanged:
    """A job is new or has changed in more than its progress. Carries the whole `history` of its progress."""

    job: JobFacts


@dataclass(frozen=True)
class JobRemoved:
    job: str


@dataclass(frozen=True)
class QueueHeld:
    """Whether no further job is started after those that run, and the cluster that jobs are spread over (or "").
    Told to every window at first, and when it changes."""

    held: bool
    cluster: str = ""


@dataclass(frozen=True)
class JobLogged:
    """A job's log, a line an event, and `diagnostics`: what a report of a problem should hold, as text."""

    request: int
    job: str
    text: str
    diagnostics: str


@dataclass(frozen=True)
class JobProgress:
    job: str
    progress: Progress


@dataclass(frozen=True)
class PreviewReady:
    request: int
    job: str
    frame: int
    ring: str
    slot: int
    width: int
    height: int
    stride: int
    step: int


@dataclass(frozen=True)
class ExportProgress:
    request: int
    fraction: float
    remaining: float | None


@dataclass(frozen=True)
class Measured:
    """Means and per-frame PSNR-Y and PSNR-YUV of a finished measurement."""

    request: int
    result: Result


@dataclass(frozen=True)
class Done:
    request: int
    message: str = ""


@dataclass(frozen=True)
class Failed:
    """`request` failed (0: nothing in particular); `sentence` says what happened and what to do."""

    request: int
    sentence: str


@dataclass(frozen=True)
class Notice:
    """Something the user should hear of: a worker crashed and its job continues, a decoder was restarted."""

    sentence: str


# --- worker <-> its parent (lines of JSON on stdin and stdout) --------------------------------------------------------


@dataclass(frozen=True)
class WorkerProgress:
    progress: Progress


@dataclass(frozen=True)
class WorkerFinished:
    """The job ended as `state` (done, paused, cancelled or failed) and the database already says so. `usage`: it
    failed because the order names a codec, preset or setting that there is not."""

    state: JobState
    sentence: str = ""
    usage: bool = False


Message = (
    Hello | DescribeCodecs | OpenClip | CloseClip | GetFrame | GetPixel | AskPlan | SubmitJob | CommandJob | EditJob
    | HoldQueue
    | UseCluster | AskLog | WantPreview | AskExport | AskMeasure | AskReport | AskSweep | Abort | Goodbye
    | Welcome | Codecs | ClipOpened | FrameReady | FrameDropped | PixelRead | Planned | JobSubmitted | JobChanged
    | JobRemoved | QueueHeld | JobLogged | JobProgress | PreviewReady | ExportProgress | Measured | Done | Failed
    | Notice | WorkerProgress | WorkerFinished
)  # fmt: skip
