"""What a `.nvc` will say of its clip and its making, and how its pictures differ in kind from the source's."""

import nvc_engine
from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.settings import canonical_json
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.picture import Chroma


def stored_chroma(info: ClipInfo) -> Chroma:
    """How a file of this clip samples chroma: a gray clip stays gray, everything else becomes 4:2:0."""
    return Chroma.GRAY if info.chroma is Chroma.GRAY else Chroma.C420


def conversion_notes(info: ClipInfo) -> tuple[str, ...]:
    """Sentences on what a file of this clip does not keep of its samples."""
    if info.chroma is stored_chroma(info):
        return ()
    named = {Chroma.C422: "4:2:2", Chroma.C444: "4:4:4"}[info.chroma]
    return (f"The source's chroma is {named}; the file keeps it as 4:2:0, filtered to half the size.",)


def file_header(codec: str, version: int, order: EncodeOrder, info: ClipInfo, config: bytes) -> Header:
    """The header of the file that this encode makes. Depth, colour, times and turning are the source's own."""
    return Header(
        codec=codec,
        codec_version=version,
        width=info.width,
        height=info.height,
        timestamps=info.timestamps[order.first : order.stop],
        time_base=info.time_base,
        rate=info.rate,
        colour=info.colour,
        rotation=info.rotation,
        sample_aspect=info.sample_aspect,
        bit_depth=info.bit_depth,
        chroma=stored_chroma(info),
        build=f"nvc-studio {nvc_engine.__version__}",
        preset=order.preset,
        settings=canonical_json(order.settings),
        codec_config=config,
    )
