"""What a format cannot hold of a clip, in sentences, so that nothing is lost in silence."""

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Matrix
from nvc_engine.media.colour_tags import UNSPECIFIED, matrix_by_size
from nvc_engine.media.frames import format_name
from nvc_engine.media.output_kind import OutputKind

_TITLES = {OutputKind.Y4M: "Y4M", OutputKind.RAW: "Raw YUV", OutputKind.PNG_FOLDER: "A folder of PNG"}

_WITH_ASPECT = (OutputKind.Y4M,)


def losses(kind: OutputKind, info: ClipInfo, *, with_tracks: bool) -> tuple[str, ...]:
    """Sentences on what `kind` leaves out. Matroska and MP4 leave out nothing that does not hang on their encoders."""
    if kind not in _TITLES:
        return ()
    title = _TITLES[kind]
    notes = []
    if kind is OutputKind.RAW:
        rate = f"{info.rate.numerator}/{info.rate.denominator}"
        name = format_name(info.chroma, info.bit_depth)
        notes.append(f"Raw YUV says nothing of itself; read it as {info.width}x{info.height}, {name}, {rate} a second.")
    if with_tracks:
        notes.append(f"{title} holds no audio or subtitles; they are left out.")
    if info.variable_rate:
        notes.append(f"{title} holds no timestamps; the uneven frame times are lost.")
    elif info.timestamps[0] != 0:
        notes.append(f"{title} holds no timestamps; that the clip does not begin at 0 is lost.")
    if colour := _unstated_colour(kind, info):
        notes.append(f"{title} does not state {colour}.")
    if info.sample_aspect != 1 and kind not in _WITH_ASPECT:
        notes.append(f"{title} cannot say that the samples are {info.sample_aspect} as wide as high.")
    if info.rotation:
        notes.append(f"{title} cannot say that the picture is turned by {info.rotation} degrees; it is left as stored.")
    return tuple(notes)


def _unstated_colour(kind: OutputKind, info: ClipInfo) -> str:
    """The facts of the colour that a reader would not guess; "" if there are none."""
    colour = info.colour
    facts = []
    if kind is not OutputKind.PNG_FOLDER and colour.matrix is not matrix_by_size(info.width, info.height):
        facts.append(f"the colour matrix ({colour.matrix})")
    if kind is OutputKind.RAW and colour.full_range:
        facts.append("the full range")
    usual = (UNSPECIFIED, *((1,) if colour.matrix is Matrix.BT709 else (1, 5, 6)))
    for name, number in (("primaries", colour.primaries), ("transfer", colour.transfer)):
        if number not in usual:
            facts.append(f"the {name} (H.273 number {number})")
    return " and ".join(([", ".join(facts[:-1])] if facts[:-1] else []) + facts[-1:])
