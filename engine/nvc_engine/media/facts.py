"""The facts of a clip in the words of the wire."""

from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import ClipFacts


def clip_facts(info: ClipInfo, scene_cuts: tuple[int, ...] = ()) -> ClipFacts:
    """What the window shows of a source. `bpp` is of the frames alone, carried tracks and pictures between left out."""
    picture_bytes = max(0, info.byte_count - info.track_byte_count)
    return ClipFacts(
        path=str(info.path),
        container=info.container,
        codec=info.codec,
        width=info.width,
        height=info.height,
        frames=info.frame_count,
        rate=f"{info.rate.numerator}/{info.rate.denominator}",
        time_base=f"{info.time_base.numerator}/{info.time_base.denominator}",
        timestamps=info.timestamps,
        pixel_format=info.pixel_format,
        bit_depth=info.bit_depth,
        matrix=info.colour.matrix.value,
        primaries=str(info.colour.primaries),
        transfer=str(info.colour.transfer),
        full_range=info.colour.full_range,
        colour_assumed=info.colour.assumed,
        rotation=info.rotation,
        sample_aspect=f"{info.sample_aspect.numerator}/{info.sample_aspect.denominator}",
        variable_rate=info.variable_rate,
        bytes=info.byte_count,
        bpp=picture_bytes * 8 / (-(-info.frame_count // info.slow_motion) * info.width * info.height),
        tracks=info.tracks,
        units=info.units,
        scene_cuts=scene_cuts,
        notes=info.notes,
        provenance=info.provenance,
        frame_bytes=info.frame_bytes,
        drafts=info.drafts,
        interpolates=info.interpolates,
        slow_motion=info.slow_motion,
    )
