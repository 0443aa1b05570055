"""Dialogs that ask for files and folders. None of them blocks: each hands the answer on when it is there."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from nvc_studio.translation import mark, tr

VIDEO_FILES = (
    "*.mp4 *.m4v *.mkv *.mov *.webm *.avi *.ts *.m2ts *.mpg *.mpeg *.mxf *.y4m *.yuv *.raw *.gif *.nvc"
    " *.nvcproj *.h264 *.h265 *.hevc *.ivf *.obu"
)
NVC_FILTER = mark("NVC Studio file (*.nvc)")
FIGURES_FILTER = mark("Figures as CompressAI writes them (*.json)")
ANY_FILTER = mark("All files (*)")


def ask_clips(parent: QWidget, folder: Path, then: Callable[[list[Path]], None]) -> QFileDialog:
    """Ask for files to open."""
    dialog = _dialog(parent, tr("Open"), folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    videos = tr("Video ({files})", files=VIDEO_FILES)
    dialog.setNameFilters([videos, tr(NVC_FILTER), tr(ANY_FILTER)])
    dialog.filesSelected.connect(lambda paths: then([Path(path) for path in paths]))
    dialog.open()
    return dialog


def ask_file(parent: QWidget, title: str, folder: Path, name_filter: str, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for one file that is there."""
    dialog = _dialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([name_filter, tr(ANY_FILTER)])
    dialog.fileSelected.connect(lambda path: then(Path(path)))
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
    parent: QWidget,
    title: str,
    start: Path,
    filters: Sequence[str],
    suffix: str,
    then: Callable[[Path], None],
    *,
    confirm: bool = True,
) -> QFileDialog:
    """Ask where to save; `confirm`: the dialog itself asks before it takes a file that exists. `suffix` without its
    dot; choosing another filter changes it, and that of the name."""
    dialog = _dialog(parent, title, start.parent)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(suffix)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, not confirm)
    dialog.selectFile(start.name)
    dialog.filterSelected.connect(lambda chosen: _take_suffix(dialog, chosen))
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
    return dialog


def _take_suffix(dialog: QFileDialog, chosen: str) -> None:
    """Have the name end as the filter does: `SVG drawing (*.svg)`."""
    found = re.search(r"\(\*(\.\w+)\)", chosen)
    if found is not None:
        dialog.setDefaultSuffix(found[1][1:])
        for name in dialog.selectedFiles()[:1]:
            if Path(name).name:
                dialog.selectFile(Path(name).with_suffix(found[1]).name)


def ask_output(parent: QWidget, start: Path, then: Callable[[str], None]) -> QFileDialog:
    """Ask where an encode shall go; whether an existing file is replaced is asked when it is ordered."""
    return ask_save(parent, tr("Output"), start, [tr(NVC_FILTER)], "nvc", lambda path: then(str(path)), confirm=False)


def _dialog(parent: QWidget, title: str, folder: Path) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
