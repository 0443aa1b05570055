"""The queue: a table of jobs and what may be asked of the chosen one."""

from pathlib import Path

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QInputDialog,
    QLabel,
    QMenu,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from nvc_engine.protocol.messages import JobFacts, JobState, JobVerb
from nvc_studio.icons import icon
from nvc_studio.models.job_verbs import is_legal
from nvc_studio.models.jobs import FRACTION_ROLE, Column, JobsModel, job_title, outcome_text
from nvc_studio.models.queue_edits import QueueEdits, has_begun
from nvc_studio.theme import Theme
from nvc_studio.translation import mark, tr
from nvc_studio.views.job_log_dialog import JobLogDialog
from nvc_studio.views.key_map import named_action, tip_with_key
from nvc_studio.views.questions import Choice, ask
from nvc_studio.views.wrapped_label import WrappedLabel
from nvc_studio.wording import duration_text

_VERBS: tuple[tuple[JobVerb, str, str, str, str], ...] = (
    (JobVerb.START, mark("&Start"), "start", "Shift+S", mark("Start this job now")),
    (JobVerb.PAUSE, mark("&Pause"), "pause", "Shift+P", mark("Pause; the job keeps what it has learned")),
    (JobVerb.RESUME, mark("&Resume"), "resume", "Shift+R", mark("Go on where the job stopped")),
    (JobVerb.STOP, mark("Stop and &keep"), "stop", "Shift+K", mark("Finish now with the best so far")),
    (JobVerb.CANCEL, mark("&Cancel"), "cancel", "Shift+X", mark("Give the encode up")),
    (JobVerb.RETRY, mark("Re&try"), "retry", "Shift+T", mark("Start the job from the beginning")),
    (JobVerb.REMOVE, mark("Re&move"), "remove", "Del", mark("Take the job off the list; its file stays")),
    (JobVerb.MOVE_UP, mark("Move &up"), "up", "Alt+Up", mark("Nearer to the front of the queue")),
    (JobVerb.MOVE_DOWN, mark("Move &down"), "down", "Alt+Down", mark("Nearer to the end of the queue")),
    (JobVerb.RAISE, mark("&High priority"), "", "Alt+Home", mark("Before all jobs of less priority")),
    (JobVerb.LEVEL, mark("&Normal priority"), "", "Alt+0", mark("Among the others, in their order")),
    (JobVerb.LOWER, mark("&Low priority"), "", "Alt+End", mark("When nothing else waits")),
)

# What has nothing more to show is not chosen by itself.
_OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})

# In the menus alone.
_NOT_IN_BAR = (JobVerb.RAISE, JobVerb.LEVEL, JobVerb.LOWER)

_ICON_ONLY = (JobVerb.CANCEL, JobVerb.RETRY, JobVerb.REMOVE, JobVerb.MOVE_UP, JobVerb.MOVE_DOWN)


class QueueView(QWidget):
    """Table, buttons, context menu and keys; each is enabled where the chosen job's state allows it.

    Signals:
        selected: the id of the chosen job, or "".
        opened: the id of a finished job that is to be compared with its original.
        edit_wanted: the id of a job that has not begun and is to do something else.
    """

    selected = Signal(str)
    opened = Signal(str)
    edit_wanted = Signal(str)

    def __init__(self, jobs: JobsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._theme = theme
        self._chosen = ""
        self.edits = QueueEdits(jobs, self)
        self.table = _JobTable(jobs, theme)
        self._empty = QLabel(tr("No encodes yet. Open a clip, choose a goal and press Encode now."))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._message = WrappedLabel()
        self._message.setContentsMargins(8, 2, 8, 6)
        self._message.setAccessibleDescription(tr("What the chosen job says"))
        self.actions_by_verb: dict[JobVerb, QAction] = {}
        self.compare = named_action(mark("&Compare with the original"), self)
        self.compare.setIconText(tr("Compare"))
        self.compare.setToolTip(tr("Show the finished file beside its original (Return)"))
        self.compare.triggered.connect(self._open_chosen)
        self._make_editing()
        self.hold = named_action(mark("Stop after t&his one"), self)
        self.hold.setCheckable(True)
        self.hold.setToolTip(tr("Finish what runs and start no other job, until this is switched off"))
        self.hold.triggered.connect(jobs.hold)
        self.cluster = named_action(mark("Clust&er…"), self)
        self.cluster.setToolTip(tr("Spread waiting encodes over a Ray cluster, scene by scene"))
        self.cluster.triggered.connect(self._ask_cluster)
        self.show_log = named_action(mark("Show lo&g…"), self)
        self.show_log.setToolTip(tr("What has happened to this job, and diagnostics for a report"))
        self.show_log.triggered.connect(self._show_log)
        self._make_actions()
        self._lay_out()
        self.table.customContextMenuRequested.connect(self._menu)
        self.table.activated.connect(self._open_chosen)
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        jobs.job_changed.connect(self._job_changed)
        jobs.job_removed.connect(self._job_removed)
        jobs.modelReset.connect(self._refresh)
        jobs.held_changed.connect(self.hold.setChecked)
        theme.changed.connect(self._dress)
        self._dress()
        self._refresh()

    @property
    def chosen(self) -> JobFacts | None:
        """The chosen job."""
        return self._jobs.job(self._chosen)

    @property
    def message(self) -> str:
        """What the chosen job says: why it failed, where its file is."""
        return self._message.text()

    def choose(self, job_id: str) -> None:
        """Choose a job, by hand or because it was just ordered."""
        self._chosen = job_id
        row = self._jobs.row_of(job_id)
        if row >= 0:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            index = self._jobs.index(row, 0)
            self.table.selectionModel().setCurrentIndex(index, flags)
            self.table.scrollTo(index)

    def job_actions(self) -> list[QAction]:
        """All actions, for a menu."""
        verbs = list(self.actions_by_verb.values())
        return [
            *(self.compare, self.show_file, self.edit, self.duplicate, *verbs),
            *(self.undo, self.redo, self.show_log, self.hold, self.cluster),
        ]

    # --- making -------------------------------------------------------------------------------------------------------

    def _make_editing(self) -> None:
        self.show_file = self._key_action(
            mark("Show in &folder"), "Shift+O", mark("Open the folder of the finished file")
        )
        self.show_file.triggered.connect(self._show_in_folder)
        self.edit = self._key_action(
            mark("&Edit…"), "Shift+E", mark("Change what this job is to do, while it has not begun")
        )
        self.edit.triggered.connect(lambda: self.edit_wanted.emit(self._chosen))
        self.duplicate = self._key_action(
            mark("&Duplicate"), "Shift+D", mark("Order the same once more, under another name")
        )
        self.duplicate.triggered.connect(self._duplicate)
        self.undo = self.edits.stack.createUndoAction(self, tr("Undo"))
        self.redo = self.edits.stack.createRedoAction(self, tr("Redo"))
        self.undo.setObjectName("Undo")
        self.redo.setObjectName("Redo")
        self.undo.setShortcut(QKeySequence("Ctrl+Z"))
        self.redo.setShortcut(QKeySequence("Ctrl+Shift+Z"))

    def _key_action(self, text: str, key: str, tip: str) -> QAction:
        action = named_action(text, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setToolTip(tip_with_key(tr(tip), action))
        self.addAction(action)
        return action

    def _make_actions(self) -> None:
        for verb, text, _, key, tip in _VERBS:
            action = self._key_action(text, key, tip)
            action.triggered.connect(lambda _checked=False, verb=verb: self.command(verb))
            self.actions_by_verb[verb] = action
        self.actions_by_verb[JobVerb.STOP].setIconText(tr("Stop"))

    def _lay_out(self) -> None:
        self.bar = QToolBar()
        self.bar.setIconSize(QSize(18, 18))
        self.bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.bar.setMovable(False)
        self.bar.setAccessibleName(tr("What to do with the chosen job"))
        menus_alone = [self.show_log, self.cluster, self.redo, *(self.actions_by_verb[verb] for verb in _NOT_IN_BAR)]
        for action in self.job_actions():
            if action in menus_alone:
                continue
            if action is self.actions_by_verb[JobVerb.MOVE_UP]:
                self.bar.addSeparator()
            icons_only = [self.show_file, self.edit, self.duplicate, self.undo]
            if action in icons_only or action in map(self.actions_by_verb.get, _ICON_ONLY):
                action.setPriority(QAction.Priority.LowPriority)
            self.bar.addAction(action)
            button = self.bar.widgetForAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAccessibleName(action.text().replace("&", ""))
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(stack, 1)
        layout.addWidget(self._message)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words beside the icons where all of them have room, icons alone where not."""
        super().resizeEvent(event)
        self.bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if self.bar.sizeHint().width() > self.width():
            self.bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    @Slot()
    def _dress(self) -> None:
        for verb, _, name, _, _ in _VERBS:
            if name:
                self.actions_by_verb[verb].setIcon(icon(name))
        for action, name in (
            *((self.compare, "compare"), (self.show_file, "folder"), (self.edit, "edit")),
            *((self.duplicate, "copy"), (self.undo, "undo"), (self.redo, "redo"), (self.hold, "hold")),
        ):
            action.setIcon(icon(name))
        self.table.viewport().update()

    # --- doing --------------------------------------------------------------------------------------------------------

    def command(self, verb: JobVerb) -> None:
        """Ask `verb` of the chosen job; what throws work away is asked back first."""
        job = self.chosen
        if job is None or not is_legal(job, verb):
            return
        learned = job.state in (JobState.RUNNING, JobState.PAUSED, JobState.INTERRUPTED) and not job.request.training
        if learned and verb in (JobVerb.CANCEL, JobVerb.REMOVE):
            title = tr("Cancel the encode") if verb is JobVerb.CANCEL else tr("Remove the encode")
            ask(
                self,
                title,
                tr("Give this encode up? What it has learned so far is thrown away."),
                [
                    Choice(tr("&Give it up"), lambda: self.edits.command(job, verb)),
                    Choice(tr("&Keep it"), default=True),
                ],
            )
        else:
            self.edits.command(job, verb)

    @Slot()
    def _open_chosen(self) -> None:
        job = self.chosen
        if job is not None and _comparable(job):
            self.opened.emit(job.id)

    @Slot()
    def _show_in_folder(self) -> None:
        job = self.chosen
        if job is not None and job.state is JobState.DONE:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(job.request.output).parent)))

    @Slot()
    def _duplicate(self) -> None:
        job = self.chosen
        if job is not None and not job.request.training:
            self.edits.duplicate(job, self.choose)

    @Slot()
    def _show_log(self) -> None:
        job = self.chosen
        if job is not None:
            self._jobs.ask_log(job.id, lambda log, more: JobLogDialog(job_title(job.request), log, more, self).open())

    @Slot()
    def _ask_cluster(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Cluster"))
        dialog.setLabelText(
            tr("Address of a Ray cluster, such as ray://host:10001 (empty: encode on this machine alone)")
        )
        dialog.setTextValue(self._jobs.cluster)
        dialog.textValueSelected.connect(self._jobs.use_cluster)
        dialog.open()

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        if self.chosen is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([action for action in self.job_actions() if action.isEnabled()])
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _highlighted(self) -> str:
        """The id of the job that the table marks, or ""."""
        rows = self.table.selectionModel().selectedRows()
        return self._jobs.jobs[rows[0].row()].id if rows else ""

    @Slot()
    def _selection_changed(self) -> None:
        self._chosen = self._highlighted() or self._chosen
        self._refresh()
        self.selected.emit(self._chosen)

    @Slot(str)
    def _job_changed(self, job_id: str) -> None:
        job = self._jobs.job(job_id)
        first = not self._chosen and job is not None and job.state not in _OVER
        if first or (job_id == self._chosen and job_id != self._highlighted()):
            self.choose(job_id)  # It was ordered, or was chosen before the engine came back, and is in the table now.
        self._refresh()

    @Slot(str)
    def _job_removed(self, job_id: str) -> None:
        if job_id == self._chosen:
            self._chosen = ""
            self.selected.emit("")
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        job = self.chosen
        for verb, action in self.actions_by_verb.items():
            action.setEnabled(job is not None and is_legal(job, verb))
        self.compare.setEnabled(job is not None and _comparable(job))
        self.show_file.setEnabled(job is not None and _comparable(job))
        self.edit.setEnabled(job is not None and not has_begun(job))
        self.duplicate.setEnabled(job is not None and not job.request.training)
        self.show_log.setEnabled(job is not None)
        self._stack.setCurrentIndex(1 if self._jobs.rowCount() else 0)
        told = outcome_text(job) if job else ""
        self._message.setText(told)
        self._message.setVisible(bool(told))
        colours = self._theme.colours
        failed = job is not None and job.state is JobState.FAILED
        chosen = self._message.palette()
        chosen.setColor(QPalette.ColorRole.WindowText, colours.error if failed else colours.dim)
        self._message.setPalette(chosen)


def _comparable(job: JobFacts) -> bool:
    """Whether a job has left a file that its original can be held against."""
    return job.state is JobState.DONE and not job.request.training


class _JobTable(QTableView):
    """The table itself: whole rows, no grid, the clip's column takes the room that is left."""

    def __init__(self, jobs: JobsModel, theme: Theme) -> None:
        super().__init__()
        self.setModel(jobs)
        self.setAccessibleName(tr("Queue"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, sample in (
            (Column.CODEC, "nvrc · light"),
            (Column.GOAL, tr("{rate:.4g} kb/s", rate=100)),
            (Column.STATE, tr("Interrupted")),
            (Column.PROGRESS, f"mmm100 %, {duration_text(3599)}"),
            (Column.RATE, "0.0000"),
            (Column.PSNR, tr("PSNR-YUV")),
        ):
            self.setColumnWidth(column, self.fontMetrics().horizontalAdvance(sample) + 14)
        header.setMinimumSectionSize(40)
        self.setItemDelegateForColumn(Column.PROGRESS, _ProgressDelegate(theme, self))


class _ProgressDelegate(QStyledItemDelegate):
    """A thin bar with the percentage beside it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        colours = self._theme.colours
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        area = option.rect.adjusted(6, 0, -6, 0)
        number = option.fontMetrics.horizontalAdvance(text)
        track = QRect(area.left(), area.center().y() - 2, max(0, area.width() - number - 8), 5)
        fraction = float(index.data(FRACTION_ROLE) or 0.0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ink = option.palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        ground = option.palette.color(QPalette.ColorRole.Text)
        ground.setAlpha(45)
        painter.setBrush(ground)
        painter.drawRoundedRect(track, 2.5, 2.5)
        if fraction > 0 and track.width() > 8:
            painter.setBrush(ink if chosen else colours.accent)
            painter.drawRoundedRect(QRect(track.topLeft(), QSize(max(5, round(track.width() * fraction)), 5)), 2.5, 2.5)
        painter.setPen(ink)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()
