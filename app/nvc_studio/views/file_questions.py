"""Dialogs that ask for files and folders. None of them blocks: each hands the answer on when it is there."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

VIDEO_FILTER = (
    "Video (*.mp4 *.m4v *.mkv *.mov *.webm *.avi *.ts *.m2ts *.mpg *.mpeg *.mxf *.y4m *.yuv *.raw *.gif *.nvc *.h264"
    " *.h265 *.hevc *.ivf *.obu)"
)
NVC_FILTER = "NVC Studio file (*.nvc)"
ANY_FILTER = "All files (*)"


def ask_clips(parent: QWidget, folder: Path, then: Callable[[list[Path]], None]) -> QFileDialog:
    """Ask for files to open."""
    dialog = _dialog(parent, "Open", folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([VIDEO_FILTER, NVC_FILTER, ANY_FILTER])
    dialog.filesSelected.connect(lambda paths: then([Path(path) for path in paths]))
    dialog.open()
    return dialog


def ask_folder(parent: QWidget, title: str, folder: Path, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for a folder."""
    dialog = _dialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
    return dialog


def ask_save(
    parent: QWidget, title: str, start: Path, filters: Sequence[str], suffix: str, then: Callable[[Path], None]
) -> QFileDialog:
    """Ask where to save; the dialog itself asks before it takes a file that exists. `suffix` without its dot."""
    dialog = _dialog(parent, title, start.parent)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(start.name)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
    return dialog


def ask_output(parent: QWidget, start: Path, then: Callable[[str], None]) -> QFileDialog:
    """Ask where an encode shall go; whether an existing file is replaced is asked when it is ordered."""
    dialog = ask_save(parent, "Output", start, [NVC_FILTER], "nvc", lambda path: then(str(path)))
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    return dialog


def _dialog(parent: QWidget, title: str, folder: Path) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
