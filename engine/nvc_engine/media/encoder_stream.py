"""A video stream that an encoder of PyAV's fills, described as the clip that goes into it."""

from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour_tags import stated_matrix
from nvc_engine.media.frames import pixel_format_of
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.media.rational import in_32_bits


def needs_even_sides(picture: Picture) -> bool:
    """Whether an encoder that wants whole chroma samples cannot take the picture's size."""
    across, down = (2, 2) if picture.chroma is Chroma.GRAY else picture.chroma.divisors
    return bool(picture.width % across or picture.height % down)


def describe(stream: VideoStream, first: Picture, info: ClipInfo, *, evened: bool) -> None:
    """Set size (brought to even sides if `evened`), format, colour, aspect and rotation of a stream."""
    context = stream.codec_context
    context.width = first.width + (first.width % 2 if evened else 0)
    context.height = first.height + (first.height % 2 if evened else 0)
    context.pix_fmt = pixel_format_of(first)
    context.colorspace = stated_matrix(info.colour)
    context.color_range = 2 if info.colour.full_range else 1
    context.color_primaries = info.colour.primaries
    context.color_trc = info.colour.transfer
    if info.sample_aspect != 1:
        context.sample_aspect_ratio = in_32_bits(info.sample_aspect)
    if info.rotation:
        stream.set_display_rotation(-info.rotation)


def tag(frame: VideoFrame, info: ClipInfo) -> VideoFrame:
    """`frame`, told its clip's colour, so that the encoder does not convert it."""
    frame.colorspace = stated_matrix(info.colour)
    frame.color_range = 2 if info.colour.full_range else 1
    return frame
