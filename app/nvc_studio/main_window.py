"""The studio's window: the compare view in the middle, encode, clip, live and queue around it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QImage
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from nvc_engine.protocol.messages import JobFacts, JobRequest, JobState, JobVerb, RawSpec
from nvc_studio.icons import window_icon
from nvc_studio.models.folders import videos_of
from nvc_studio.models.output_names import free_path
from nvc_studio.models.project import SUFFIX as PROJECT_SUFFIX
from nvc_studio.models.viewing import Viewing
from nvc_studio.studio import Studio
from nvc_studio.translation import mark, tr
from nvc_studio.views.banner import Banner
from nvc_studio.views.compare_view import CompareView
from nvc_studio.views.drop_target import DropTarget
from nvc_studio.views.encode_panel import EncodePanel
from nvc_studio.views.export_menu import ExportMenu
from nvc_studio.views.info_view import InfoView
from nvc_studio.views.live_view import LiveView
from nvc_studio.views.main_menus import MainMenus
from nvc_studio.views.measure_action import MeasureAction
from nvc_studio.views.order_questions import settle_output
from nvc_studio.views.questions import Choice, ask, show_problem
from nvc_studio.views.queue_view import QueueView
from nvc_studio.views.raw_dialog import RawDialog
from nvc_studio.views.session_keeper import SessionKeeper
from nvc_studio.views.status_line import StatusLine
from nvc_studio.views.sweep_action import SweepAction

HINT = mark("Drop a video, a folder of pictures or a .nvc file here,\nor press Ctrl+O to open one.")


class MainWindow(QMainWindow):
    """Puts the views together and passes on what one tells to those that must hear it.

    Attributes:
        compare, encode, queue, live, info: the views.
        viewing: what is open; `viewing.open_paths` opens.
        exports: the Export menu, whose `write_...` export without asking.
        measure: the action that measures B against A.
        sweep: the action that compares codecs on the clip in view.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.viewing = Viewing(studio.sources, studio.jobs, self)
        self._stop_jobs = False
        self._may_close = False
        self._closed = False
        self._hidden: list[QWidget] = []
        self._to_edit: JobFacts | None = None
        self.setWindowTitle("NVC Studio")
        self.setWindowIcon(window_icon())
        self._make_views()
        self._make_docks()
        self.exports = ExportMenu(studio, self.viewing, self.compare, self.live, self.line, self)
        self.measure = MeasureAction(studio.measures, self.viewing, studio.sources, self.compare, self.line, self)
        self.sweep = SweepAction(studio.sweeps, studio.codecs, self.viewing, studio.sources, self.live, self.line, self)
        self.live.offer(self.sweep)
        self.session = SessionKeeper(self)
        self.menus = MainMenus(self)
        self._connect()
        self._restore_layout()

    # --- making -------------------------------------------------------------------------------------------------------

    def _make_views(self) -> None:
        studio = self.studio
        self.compare = CompareView(studio.client)
        self.compare.set_hint(tr(HINT))
        self.banner = Banner(studio.status, studio.theme)
        self.encode = EncodePanel(studio.codecs, studio.plans, studio.settings, studio.presets, studio.theme)
        self.info = InfoView(studio.theme)
        self.live = LiveView(studio.jobs, studio.preview, studio.codecs, studio.theme)
        self.queue = QueueView(studio.jobs, studio.theme)
        self.line = StatusLine(studio.status, studio.theme)
        self.setStatusBar(self.line)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.compare, 1)
        self.setCentralWidget(middle)
        DropTarget(self).dropped.connect(self.open_paths)

    def _make_docks(self) -> None:
        self.setDockNestingEnabled(True)
        left, right, bottom = (
            Qt.DockWidgetArea.LeftDockWidgetArea,
            Qt.DockWidgetArea.RightDockWidgetArea,
            Qt.DockWidgetArea.BottomDockWidgetArea,
        )
        self.setCorner(Qt.Corner.BottomLeftCorner, left)
        self.setCorner(Qt.Corner.BottomRightCorner, right)
        self.docks = [
            self._dock(mark("Encode"), self.encode, left),
            self._dock(mark("Clip"), self.info, left),
            self._dock(mark("Live"), self.live, right),
            self._dock(mark("Queue"), self.queue, bottom),
        ]
        self.encode_dock, self.info_dock, self.live_dock, self.queue_dock = self.docks
        self._default_docks()

    def _dock(self, title: str, view: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(tr(title), self)
        dock.setObjectName(f"dock-{title.lower()}")
        dock.toggleViewAction().setObjectName(title)
        dock.setAccessibleName(tr(title))
        dock.setWidget(view)
        self.addDockWidget(area, dock)
        return dock

    def _default_docks(self) -> None:
        for dock in self.docks:
            dock.setFloating(False)
            dock.show()
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.encode_dock)
        self.tabifyDockWidget(self.encode_dock, self.info_dock)
        self.encode_dock.raise_()
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.live_dock)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.queue_dock)
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.resizeDocks([self.encode_dock, self.live_dock], [320, 330], horizontal)
        self.resizeDocks([self.queue_dock], [190], vertical)

    def _connect(self) -> None:
        studio, viewing = self.studio, self.viewing
        viewing.changed.connect(self._show_sources)
        viewing.measured.connect(self.compare.set_result)
        viewing.raw_wanted.connect(self._ask_raw)
        viewing.full.connect(self.line.tell)
        viewing.came_into_view.connect(self._remember)
        studio.sources.began.connect(lambda path: self.line.tell_until(_opening(path)))
        studio.sources.ended.connect(lambda path: self.line.take_back(_opening(path)))
        studio.sources.refused.connect(self._cannot_open)
        studio.jobs.refused.connect(lambda sentence: show_problem(self, sentence))
        studio.codecs.refused.connect(self.banner.say)
        studio.preview.picture.connect(self._show_preview)
        self.info.reinterpreted.connect(viewing.reinterpret)
        self.encode.ordered.connect(self._order)
        self.encode.told.connect(self.line.tell)
        self.encode.edited.connect(self._change_job)
        self.queue.edit_wanted.connect(self._edit_job)
        self.queue.selected.connect(self.live.set_job)
        self.queue.selected.connect(self._drop_preview)
        self.queue.selected.connect(self.exports.refresh)
        studio.jobs.job_changed.connect(self._drop_void_preview)
        self.queue.opened.connect(self.compare_job)
        self.live.opened.connect(self.compare_job)
        self.compare.frame_changed.connect(studio.preview.set_frame)
        self.compare.slow_motion_wanted.connect(viewing.slow_down)
        self.compare.full_screen_changed.connect(self._full_screen)

    def _restore_layout(self) -> None:
        self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize()))
        saved = self.studio.settings.layout()
        if saved is not None:
            self.restoreGeometry(saved[0])
            self.restoreState(saved[1])

    # --- what others ask ----------------------------------------------------------------------------------------------

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what was named, chosen or dropped: clips, a project, or a folder of clips."""
        videos = videos_of(paths[0]) if len(paths) == 1 else []
        if len(paths) == 1 and paths[0].suffix.lower() == PROJECT_SUFFIX:
            self.session.open(paths[0])
        elif videos:
            self._ask_about_folder(paths[0], videos)
        else:
            self.viewing.open_paths(paths)

    def _ask_about_folder(self, folder: Path, videos: list[Path]) -> None:
        """A folder of clips: they are looked at, or all encoded as the panel says."""
        orders = [order for order in map(self.encode.request_for, videos) if order is not None]
        choices = [Choice(tr("&Open the first"), lambda: self.viewing.open_paths(videos[:1]), default=True)]
        if len(videos) > 1:
            choices.append(Choice(tr("Compare the first &two"), lambda: self.viewing.open_paths(videos[:2])))
        if orders:
            choices.append(Choice(tr("&Encode all {count} as set", count=len(orders)), lambda: self._order_all(orders)))
        sentence = tr("{folder} holds {count} clips.", count=len(videos), folder=folder.name)
        if len(videos) == 1:
            sentence = tr("{folder} holds a clip.", folder=folder.name)
        ask(self, tr("A folder of clips"), sentence, choices)

    def _order_all(self, orders: Sequence[JobRequest]) -> None:
        taken = self.studio.jobs.outputs_to_come()
        for order in orders:
            output = free_path(Path(order.output), taken)
            taken |= {output}
            self.studio.jobs.order(replace(order, output=str(output)))
        self.line.tell(tr("Queued {count} encodes.", count=len(orders)))

    @Slot(str)
    def compare_job(self, job_id: str) -> None:
        """Bring a finished job into view, beside its original."""
        job = self.studio.jobs.job(job_id)
        if job is not None and job.state is JobState.DONE:
            self.viewing.compare_job(job)

    def reset_layout(self) -> None:
        """Docks back to where they were at first."""
        self._default_docks()

    # --- sources ------------------------------------------------------------------------------------------------------

    @Slot()
    def _show_sources(self) -> None:
        viewing = self.viewing
        a, b = viewing.a, viewing.b
        self.compare.set_still(None)
        self.compare.set_sources(*viewing.sources)
        shown = a or b
        opening = self.studio.sources.opening(shown) if shown else None
        self.encode.set_source(a, opening.raw if a and opening else None)
        self.info.show_source(shown, opening)
        self.line.show_clip(shown.facts if shown else None)
        self.live.set_clip(a.facts if a else None)
        self.exports.refresh()
        self.studio.preview.set_clip(a.facts if a else None)
        self.studio.preview.set_frame(self.compare.frame)
        self._begin_edit()
        titles = [source.title for source in viewing.sources if source is not None]
        self.setWindowTitle(" | ".join(titles) + " – NVC Studio" if titles else "NVC Studio")

    @Slot(object)
    def _ask_raw(self, path: Path) -> None:
        studio = self.studio
        settings, folder = studio.settings, path.parent

        def read(layout: RawSpec) -> None:
            settings.add_raw_layout(folder, layout)
            self.viewing.open_raw(path, layout)

        RawDialog(path, studio.theme, studio.client, read, self, settings.raw_layouts(folder)).open()

    @Slot(object, str)
    def _cannot_open(self, path: Path, sentence: str) -> None:
        """Say why, and offer the way on."""
        settings = self.studio.settings
        choices = [Choice(tr("&Open another…"), self.menus.ask_clips), Choice(tr("&Close"), default=True)]
        if path in settings.recent and not path.exists():
            choices.insert(1, Choice(tr("&Forget it"), lambda: settings.forget_recent(path)))
        ask(self, tr("Cannot open"), sentence, choices, problem=True)

    @Slot(object)
    def _remember(self, path: Path) -> None:
        self.studio.settings.add_recent(path)
        self.studio.settings.folder = path.parent

    @Slot(QImage, int, int)
    def _show_preview(self, picture: QImage, step: int, frame: int) -> None:
        job, a = self.queue.chosen, self.viewing.a
        if (
            job is not None
            and a is not None
            and self.viewing.b is None
            and Path(job.request.source) == Path(a.facts.path)
        ):
            self.compare.set_still(picture, tr("Preview, step {step}", step=step), frame)

    @Slot(str)
    def _drop_preview(self, _job_id: str) -> None:
        self.compare.set_still(None)

    @Slot(str)
    def _drop_void_preview(self, job_id: str) -> None:
        job = self.queue.chosen
        if job is not None and job.id == job_id and job.state in (JobState.FAILED, JobState.CANCELLED):
            self.compare.set_still(None)

    # --- encoding -----------------------------------------------------------------------------------------------------

    @Slot(object, bool)
    def _order(self, request: JobRequest, now: bool) -> None:
        settle_output(self, request, self.studio.jobs.outputs_to_come(), lambda settled: self._submit(settled, now))

    @Slot(str)
    def _edit_job(self, job_id: str) -> None:
        """Show a job that has not begun in the panel, once its clip is in view."""
        job, a = self.studio.jobs.job(job_id), self.viewing.a
        if job is None:
            return
        self._to_edit = job
        if a is None or a.facts.path != job.request.source:
            self.viewing.open_source(job)
        else:
            self._begin_edit()

    def _begin_edit(self) -> None:
        job, a = self._to_edit, self.viewing.a
        if job is not None and a is not None and a.facts.path == job.request.source:
            self._to_edit = None
            self.encode_dock.show()
            self.encode_dock.raise_()
            self.encode.begin_edit(job)

    @Slot(object, object)
    def _change_job(self, job: JobFacts, request: JobRequest) -> None:
        taken = self.studio.jobs.outputs_to_come() - {Path(job.request.output)}
        settle_output(self, request, taken, lambda settled: self.queue.edits.edit(job, settled))

    def _submit(self, request: JobRequest, now: bool) -> None:
        def submitted(job_id: str) -> None:
            self.queue.choose(job_id)
            self.line.tell(tr("Queued {name}.", name=Path(request.output).name))
            if now:
                self.studio.jobs.command(job_id, JobVerb.START)

        self.studio.jobs.order(request, submitted)

    # --- the window itself --------------------------------------------------------------------------------------------

    @Slot(bool)
    def _full_screen(self, full: bool) -> None:
        """Nothing but the pictures on a full screen; afterwards everything is where it was."""
        if full:
            self._hidden = [widget for widget in (*self.docks, self.menuBar(), self.line) if widget.isVisible()]
            for widget in self._hidden:
                widget.hide()
        else:
            for widget in self._hidden:
                widget.show()
            self._hidden = []

    def all_actions(self) -> list[QAction]:
        """Every action of the menus and views."""
        return [action for _, actions in self.menus.groups() for action in actions]

    def closeEvent(self, event: QCloseEvent) -> None:
        busy = self.studio.jobs.busy or self.studio.sweeps.running
        if self._closed or self._may_close or not (busy and self.studio.status.ready):
            self._let_go()
            event.accept()
            return
        event.ignore()
        ask(
            self,
            tr("Encodes are running"),
            tr("Encodes are running or waiting. What shall become of them when the window closes?"),
            [
                Choice(tr("&Keep encoding in the background"), lambda: self._close_now(stop_jobs=False), default=True),
                Choice(tr("&Pause and close"), lambda: self._close_now(stop_jobs=True)),
            ],
        )

    def finish(self, *, stop_jobs: bool) -> None:
        """Close without asking; `stop_jobs` pauses what runs, else the engine finishes its queue alone."""
        self._may_close, self._stop_jobs = True, stop_jobs
        self.close()

    def _close_now(self, *, stop_jobs: bool) -> None:
        """Close when the dialog that asked is gone."""
        QTimer.singleShot(0, self, lambda: self.finish(stop_jobs=stop_jobs))

    def _let_go(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._hidden:
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
            self._full_screen(False)
        self.studio.settings.save_layout(self.saveGeometry(), self.saveState())
        self.session.end()
        self.compare.close_pictures()
        self.exports.let_go()
        self.studio.close(stop_jobs=self._stop_jobs)


def _opening(path: Path) -> str:
    return tr("Opening {name} …", name=path.name)
