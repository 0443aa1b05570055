"""The pictures on view leave the studio: the frame of each source in its own pixels, or the view as it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Slot
from PySide6.QtGui import QAction, QImage, QImageWriter, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from nvc_studio.models.file_work import FileWork
from nvc_studio.models.output_names import free_path
from nvc_studio.models.viewing import Viewing
from nvc_studio.saving import save_bytes
from nvc_studio.translation import mark, tr
from nvc_studio.views.compare_view import CompareView
from nvc_studio.views.file_questions import ask_folder, ask_save
from nvc_studio.views.frame_canvas import LETTERS
from nvc_studio.views.key_map import name_action
from nvc_studio.views.status_line import StatusLine

PNG_FILTER = mark("PNG picture (*.png)")
_ON_ITS_WAY = mark("The frame itself is still on its way; try again in a moment.")


class PngText(StrEnum):
    """Keywords of a PNG's own texts, the same in every language (PNG specification, 11.3.3.2)."""

    TITLE = "Title"


@dataclass(frozen=True, eq=False)
class NamedPicture:
    """A picture, the name that its file is given, and what that file says of it (source, frame and time)."""

    image: QImage
    name: str
    title: str


class FrameMenu(QMenu):
    """One entry for each source that can be in view, one for all of them, and one for the view.

    Attributes:
        frames: the entries of A, B, C and so on; those of sources beyond B are seen only while there are such.
        each, view: the other two.
    """

    def __init__(
        self, viewing: Viewing, compare: CompareView, work: FileWork, line: StatusLine, parent: QWidget
    ) -> None:
        super().__init__(tr("Current &frame as PNG"), parent)
        self._viewing, self._compare, self._work, self._line = viewing, compare, work, line
        self._window = parent
        self.frames = tuple(
            self._entry(mark("Of &{letter}…"), partial(self._ask_frame, number), letter=letter)
            for number, letter in enumerate(LETTERS)
        )
        self.each = self._entry(mark("Of a&ll sources…"), self._ask_each)
        self.addSeparator()
        self.view = self._entry(mark("As &shown…"), self._ask_view)
        self.view.setShortcut(QKeySequence("Ctrl+Shift+S"))
        viewing.changed.connect(self.refresh)
        self.refresh()

    # --- what there is ------------------------------------------------------------------------------------------------

    def picture_of(self, number: int) -> NamedPicture | None:
        """The frame of source `number` (0: A) that is on view; None where there is none, or only a draft of it."""
        shown = self._compare.pictures
        source = self._viewing.sources[number] if number < len(self._viewing.sources) else None
        picture = shown[number] if number < len(shown) else None
        if source is None or picture is None or picture.draft:
            return None
        clip = Path(source.facts.path)
        frame = self._compare.frame if picture.frame is None else picture.frame
        title = tr("{clip}, frame {frame}", clip=clip.name, frame=frame)
        if picture.interpolated:
            title = tr("{frame}, interpolated", frame=title)
        return NamedPicture(picture.image, f"{_stem(clip)}.{LETTERS[number].lower()}.f{frame:06d}.png", title)

    def view_picture(self) -> NamedPicture | None:
        """The view with its labels, as it is shown; None where nothing is."""
        shown = self._viewing.shown
        if not shown:
            return None
        name = f"{_stem(Path(shown[0].facts.path))}.view.f{self._compare.frame:06d}.png"
        clips = " | ".join(Path(source.facts.path).name for source in shown)
        return NamedPicture(self._compare.rendered(), name, f"{clips}, {self._compare.position_text()}")

    # --- doing, without a dialog --------------------------------------------------------------------------------------

    def write(self, picture: NamedPicture, target: Path) -> None:
        """Write one picture, which takes a moment for a large one: the work tells when it is there."""
        self._work.start(target, lambda: save_bytes(target, png_bytes(picture)))

    def write_each(self, folder: Path) -> None:
        """Write the frames of all sources into `folder`, under names that are free there."""
        found = [self.picture_of(number) for number, source in enumerate(self._viewing.sources) if source is not None]
        pictures = [picture for picture in found if picture is not None]
        if len(pictures) < len(found):
            self._line.tell(tr(_ON_ITS_WAY))
        else:
            self._work.start(folder, lambda: _write_all(pictures, folder))

    # --- asking -------------------------------------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Offer what is in view."""
        sources = self._viewing.sources
        for number, (action, letter) in enumerate(zip(self.frames, LETTERS, strict=True)):
            source = sources[number] if number < len(sources) else None
            action.setVisible(number < 2 or source is not None)
            action.setEnabled(source is not None)
            if source is None:
                action.setText(tr("Of &{letter}…", letter=letter))
            else:
                action.setText(tr("Of &{letter}, {clip}…", letter=letter, clip=source.title.replace("&", "&&")))
        shown = len(self._viewing.shown)
        self.each.setEnabled(shown > 1)
        self.view.setEnabled(shown > 0)

    def _ask_frame(self, number: int) -> None:
        self._ask(self.picture_of(number), number)

    def _ask_view(self) -> None:
        self._ask(self.view_picture(), 0)

    def _ask(self, picture: NamedPicture | None, number: int) -> None:
        if picture is None:
            self._line.tell(tr(_ON_ITS_WAY))
            return
        start = self._folder(number) / picture.name
        ask_save(
            self._window, tr("Export frame"), start, [tr(PNG_FILTER)], "png", lambda target: self.write(picture, target)
        )

    def _ask_each(self) -> None:
        ask_folder(self._window, tr("Export the frame of each source into a folder"), self._folder(0), self.write_each)

    def _folder(self, number: int) -> Path:
        """Where the source lies."""
        sources = self._viewing.sources
        source = sources[number] if number < len(sources) and sources[number] is not None else self._viewing.shown[0]
        assert source is not None
        return Path(source.facts.path).parent

    def _entry(self, text: str, slot: Callable[[], None], **values: str) -> QAction:
        action = QAction(self)
        name_action(action, text, **values)
        action.triggered.connect(lambda: slot())
        self.addAction(action)
        return action


def png_bytes(picture: NamedPicture) -> bytes:
    """A PNG file that says what it shows."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    writer.setText(PngText.TITLE, picture.title)
    writer.write(picture.image)
    return bytes(buffer.data().data())


def _write_all(pictures: Sequence[NamedPicture], folder: Path) -> None:
    for picture in pictures:
        save_bytes(free_path(folder / picture.name), png_bytes(picture))


def _stem(clip: Path) -> str:
    """A clip's name without its suffix; of a folder of pictures the whole name."""
    return clip.stem or clip.name
