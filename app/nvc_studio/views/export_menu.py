"""Everything that leaves the studio: the file, decoded video, frames, the chart and its numbers."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from nvc_engine.charting.chart import DPI_BOUNDS, PAPER_DPI
from nvc_engine.charting.layout import WIDTH
from nvc_studio.models.file_work import FileWork
from nvc_studio.models.output_names import free_path
from nvc_studio.models.rd import rd_csv, same_source
from nvc_studio.models.viewing import Viewing
from nvc_studio.saving import SaveError, save_bytes
from nvc_studio.studio import Studio
from nvc_studio.translation import mark, tr
from nvc_studio.views.compare_view import CompareView
from nvc_studio.views.export_dialogs import VIDEO_FORMATS, ExportProgressDialog, VideoFormat, ask_video_target
from nvc_studio.views.file_questions import NVC_FILTER, ask_folder, ask_save
from nvc_studio.views.frame_menu import FrameMenu
from nvc_studio.views.key_map import named_action
from nvc_studio.views.live_view import LiveView
from nvc_studio.views.questions import ask_number, show_problem
from nvc_studio.views.status_line import StatusLine

_BUSY = mark("An export is running; wait for it or cancel it first.")
CHART_FILTERS = (mark("PNG picture (*.png)"), mark("SVG drawing (*.svg)"), mark("PDF page (*.pdf)"))


class ExportMenu(QMenu):
    """The Export menu; each entry is enabled when there is something to export.

    Signals:
        written: the path of a file, or of a folder of files, that is there now.

    Attributes:
        frames: the menu of pictures.
    """

    written = Signal(object)

    def __init__(
        self, studio: Studio, viewing: Viewing, compare: CompareView, live: LiveView, line: StatusLine, parent: QWidget
    ) -> None:
        super().__init__(tr("E&xport"), parent)
        self._studio, self._viewing, self._compare, self._live, self._line = studio, viewing, compare, live, line
        self._window = parent
        self._work = FileWork(self)
        self.save_nvc = self._entry(mark("Save .nvc &as…"), self._save_nvc, "Ctrl+S")
        self.videos: list[QAction] = []
        videos = self.addMenu(tr("Decoded &video"))
        for number, chosen in enumerate(VIDEO_FORMATS):
            action = named_action(chosen.title, self)
            if number == 0:
                action.setShortcut(QKeySequence("Ctrl+E"))
            action.triggered.connect(lambda _=False, chosen=chosen: self.export_video(chosen))
            videos.addAction(action)
            self.videos.append(action)
        self.addSeparator()
        self.chart = self._entry(mark("&RD chart…"), self._ask_chart, "Ctrl+Shift+E")
        self.csv = self._entry(mark("RD numbers as &CSV…"), self._ask_csv, "")
        self.report = self._entry(mark("Re&port with BD-rate and charts…"), self._ask_report, "")
        self.addSeparator()
        self.frames = FrameMenu(viewing, compare, self._work, line, parent)
        self.addMenu(self.frames)
        self.copy_view = self._entry(mark("&Copy as shown"), self._copy_view, "Ctrl+C")
        self._work.finished.connect(self._written)
        self._work.failed.connect(self._problem)
        studio.exports.finished.connect(self._written)
        studio.exports.failed.connect(self._problem)
        viewing.changed.connect(self.refresh)
        studio.jobs.job_changed.connect(self.refresh)
        self.refresh()

    # --- doing, without a dialog --------------------------------------------------------------------------------------

    def write_video(self, source: Path, target: Path, *, overwrite: bool) -> None:
        """Decode `source` to `target`, with a dialog that shows how far it is."""
        if self._studio.exports.running:
            self._problem(tr(_BUSY))
            return
        dialog = ExportProgressDialog(self._studio.exports, tr("Export of {name}", name=source.name), self._window)
        dialog.show()
        self._studio.exports.start(source, target, overwrite=overwrite, first=None, stop=None)

    def write_chart(self, target: Path, dpi: float = PAPER_DPI) -> None:
        """Draw the RD chart, as the live view has it, to a .png, .svg or .pdf file; `dpi` is of a PNG."""
        from nvc_studio.views.rd_painting import save_chart

        chart = self._live.chart()
        if chart is not None:
            self._write(target, lambda: save_chart(target, chart, dpi=dpi))

    def write_csv(self, target: Path) -> None:
        """Write the measured results that are on the chart as CSV."""
        source = self._live.source()
        jobs = [job for job in self._studio.jobs.jobs if source is None or same_source(job, source)]
        self._write(target, lambda: save_bytes(target, rd_csv(jobs).encode("utf-8")))

    def let_go(self) -> None:
        """The window closes: what is being written is finished, and not told of."""
        self._work.close()

    def write_report(self, folder: Path) -> None:
        """Have the engine write the report of all encodes of the clip on the chart, with its figures, into `folder`."""
        source = self._live.source()
        if source is None:
            return
        if self._studio.exports.running:
            self._problem(tr(_BUSY))
            return
        raw = next((job.request.raw for job in self._studio.jobs.jobs if same_source(job, source)), None)
        self._line.tell(tr("The report is being written."))
        bd = self._live.bd
        anchor, method = (bd.anchor, bd.method.value) if bd is not None else ("", "pchip")
        published = self._live.published_set
        self._studio.exports.report(Path(source), folder, raw, anchor=anchor, method=method, published=published)

    # --- asking -------------------------------------------------------------------------------------------------------

    def export_video(self, chosen: VideoFormat) -> None:
        """Ask where the decode of the file in view shall go, and send it there."""
        source = self.file()
        if source is None:
            return
        ask_video_target(
            self._window,
            chosen,
            source,
            source.parent,
            lambda target, replace: self.write_video(source, target, overwrite=replace),
        )

    def file(self) -> Path | None:
        """The `.nvc` file that an export is of: the one in view."""
        return self._viewing.file

    @Slot()
    def refresh(self) -> None:
        """Enable what can be exported now."""
        has_file = self.file() is not None
        for action in (self.save_nvc, *self.videos):
            action.setEnabled(has_file)
        source = self._live.source()
        known = [job for job in self._studio.jobs.jobs if job.result is not None]
        self.chart.setEnabled(any(source is not None and same_source(job, source) for job in known))
        self.report.setEnabled(self.chart.isEnabled())
        self.csv.setEnabled(any(source is None or same_source(job, source) for job in known))
        self.copy_view.setEnabled(bool(self._viewing.shown))

    @Slot()
    def _copy_view(self) -> None:
        QGuiApplication.clipboard().setImage(self._compare.rendered())
        self._line.tell(tr("The view is on the clipboard, {position}.", position=self._compare.position_text()))

    @Slot()
    def _save_nvc(self) -> None:
        source = self.file()
        if source is not None:
            ask_save(
                self._window, tr("Save as"), source, [tr(NVC_FILTER)], "nvc", lambda path: self._work.copy(source, path)
            )

    @Slot()
    def _ask_chart(self) -> None:
        start = self._start("rd.png")
        ask_save(self._window, tr("Export RD chart"), start, list(map(tr, CHART_FILTERS)), "png", self.ask_resolution)

    def ask_resolution(self, target: Path) -> None:
        """Ask for the resolution of a PNG, and draw the chart; other formats have none and are drawn at once."""
        if target.suffix.lower() != ".png":
            self.write_chart(target)
            return
        label = tr("Dots an inch (the chart is {width:.1f} inches wide):", width=WIDTH / 72)
        ask_number(
            self._window,
            tr("Resolution of the chart"),
            label,
            PAPER_DPI,
            DPI_BOUNDS,
            lambda dpi: self.write_chart(target, dpi),
        )

    @Slot()
    def _ask_report(self) -> None:
        start = self._start("report")
        ask_folder(
            self._window,
            tr("Export report: the folder in which its own is made"),
            start.parent,
            lambda inside: self.write_report(free_path(inside / start.name)),
        )

    @Slot()
    def _ask_csv(self) -> None:
        start = self._start("rd.csv")
        ask_save(self._window, tr("Export RD numbers"), start, [tr("Comma separated (*.csv)")], "csv", self.write_csv)

    def _start(self, ending: str) -> Path:
        source = self._live.source()
        clip = Path(source) if source else self._studio.settings.folder / "chart"
        return clip.with_name(f"{clip.stem}.{ending}")

    def _entry(self, text: str, slot: Callable[[], None], key: str) -> QAction:
        action = named_action(text, self)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    # --- telling ------------------------------------------------------------------------------------------------------

    def _write(self, target: Path, work: Callable[[], None]) -> None:
        self._window.setCursor(Qt.CursorShape.BusyCursor)
        try:
            work()
        except SaveError as error:
            self._problem(str(error))
        else:
            self._written(target)
        finally:
            self._window.unsetCursor()

    @Slot(object)
    def _written(self, target: Path) -> None:
        self._line.tell(tr("Saved {path}.", path=target))
        self.written.emit(target)

    @Slot(str)
    def _problem(self, sentence: str) -> None:
        if sentence:
            show_problem(self._window, sentence)
