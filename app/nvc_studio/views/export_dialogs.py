"""Decoded video leaves the studio: where to, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QProgressDialog, QWidget

from nvc_studio.models.exports import ExportModel
from nvc_studio.models.output_names import free_path
from nvc_studio.translation import mark, tr
from nvc_studio.views.file_questions import ask_folder, ask_save
from nvc_studio.wording import duration_text


@dataclass(frozen=True)
class VideoFormat:
    """A kind of decoded file: menu text, suffix without dot ("" for a folder of PNG), and its file filter.

    The texts are as they were marked for translation.
    """

    title: str
    suffix: str
    filter: str


VIDEO_FORMATS = (
    VideoFormat(mark("Lossless video, FFV1 (.&mkv)"), "mkv", mark("Matroska with FFV1 (*.mkv)")),
    VideoFormat(mark("Uncompressed, &Y4M (.y4m)"), "y4m", mark("YUV4MPEG2 (*.y4m)")),
    VideoFormat(
        mark("&H.264 with sound (.mp4); metrics on it are not the codec's"), "mp4", mark("MPEG-4 with H.264 (*.mp4)")
    ),
    VideoFormat(mark("Folder of &PNG pictures"), "", ""),
)


def ask_video_target(
    parent: QWidget, chosen: VideoFormat, source: Path, folder: Path, then: Callable[[Path, bool], None]
) -> None:
    """Ask where the decode of `source` shall go; `then` hears the path and whether the user agreed to replace it."""
    if chosen.suffix:
        start = folder / f"{source.stem}.{chosen.suffix}"
        ask_save(
            parent,
            tr("Export video"),
            start,
            [tr(chosen.filter)],
            chosen.suffix,
            lambda path: then(path, path.exists()),
        )
    else:
        ask_folder(
            parent,
            tr("Export pictures: the folder in which theirs is made"),
            folder,
            lambda inside: then(free_path(inside / source.stem.replace(".", "_")), False),
        )


class ExportProgressDialog(QProgressDialog):
    """Follows one export; does not hold up the window. Cancel gives the export up."""

    def __init__(self, exports: ExportModel, title: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Starting …"), tr("&Cancel"), 0, 1000, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWindowTitle(title)
        self.setAccessibleName(tr("Progress of the export"))
        self.setMinimumDuration(0)
        self.setAutoClose(False)
        self.setAutoReset(False)
        self.setMinimumWidth(360)
        self._exports = exports
        exports.progressed.connect(self._progressed)
        exports.finished.connect(self._ended)
        exports.failed.connect(self._ended)
        self.canceled.connect(exports.give_up)
        self.setValue(0)

    @Slot(float, object)
    def _progressed(self, fraction: float, remaining: float | None) -> None:
        self.setLabelText(
            tr("Decoding …")
            if remaining is None
            else tr("Decoding … {duration} to go", duration=duration_text(remaining))
        )
        self.setValue(round(1000 * min(1.0, max(0.0, fraction))))

    @Slot(object)
    def _ended(self, _outcome: object) -> None:
        self.canceled.disconnect(self._exports.give_up)
        self.close()
