"""Which build of an encoder works here, as the library itself says it."""

import ctypes
import functools
from collections.abc import Callable
from pathlib import Path

import av

_FOLDERS = ("../av.libs", ".dylibs", "lib", ".")


@functools.cache
def encoder_version(library: str) -> str:
    """The version of encoder `library` (PyAV's name) and of the FFmpeg that drives it.

    The PyAV wheel keeps the encoders as shared libraries of their own; where they cannot be asked, FFmpeg's version
    stands alone.
    """
    own = next((text for path in _candidates(library) if (text := _ask(library, path))), "")
    ffmpeg = "libavcodec " + ".".join(str(part) for part in av.library_versions["libavcodec"])
    return f"{own}, {ffmpeg}" if own else ffmpeg


def _candidates(library: str) -> list[Path]:
    stem = {"libsvtav1": "SvtAv1Enc", "libvpx-vp9": "vpx", "libx264": "x264", "libx265": "x265"}[library]
    package = Path(av.__file__).parent
    return [path for folder in _FOLDERS for path in sorted((package / folder).glob(f"*{stem}*")) if path.is_file()]


def _ask(library: str, path: Path) -> str:
    try:
        return _QUESTIONS[library](path).removeprefix("v")
    except (OSError, ValueError, AttributeError, KeyError, IndexError):
        return ""


def _called(name: str) -> Callable[[Path], str]:
    """Asks a library's function without arguments that gives text."""

    def ask(path: Path) -> str:
        function = getattr(ctypes.CDLL(str(path)), name)
        function.restype = ctypes.c_char_p
        return bytes(function()).decode()

    return ask


def _x265(path: Path) -> str:
    text = ctypes.c_char_p.in_dll(ctypes.CDLL(str(path)), "x265_version_str").value
    return (text or b"").decode()


def _x264(path: Path) -> str:
    """x264 has no function for it; its build number is the last part of the library's name."""
    return f"build {int(path.name.rsplit('.', 1)[1])}"


_QUESTIONS: dict[str, Callable[[Path], str]] = {
    "libsvtav1": _called("svt_av1_get_version"),
    "libvpx-vp9": _called("vpx_codec_version_str"),
    "libx264": _x264,
    "libx265": _x265,
}
