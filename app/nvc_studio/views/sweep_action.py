"""Compare codecs on the clip in view: asks what is to be compared, follows the work, and offers the report."""

from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QWidget

from nvc_engine.protocol.messages import SweepRequest
from nvc_studio.models.codecs import CodecsModel
from nvc_studio.models.source_library import SourceLibrary
from nvc_studio.models.sweeps import SweepModel
from nvc_studio.models.viewing import Viewing
from nvc_studio.translation import mark, tr
from nvc_studio.views.key_map import name_action
from nvc_studio.views.live_view import LiveView
from nvc_studio.views.questions import Choice, ask, show_problem
from nvc_studio.views.status_line import StatusLine
from nvc_studio.views.sweep_dialog import SweepDialog

_TEXT = mark("Co&mpare codecs…")


class SweepAction(QAction):
    """Starts a comparison, or stops the one that runs; the same one goes on where it was."""

    def __init__(
        self,
        sweeps: SweepModel,
        codecs: CodecsModel,
        viewing: Viewing,
        sources: SourceLibrary,
        live: LiveView,
        line: StatusLine,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        name_action(self, _TEXT)
        self._sweeps, self._codecs, self._viewing, self._sources = sweeps, codecs, viewing, sources
        self._live, self._line = live, line
        self._window = parent
        self._told = ""
        self.dialog: SweepDialog | None = None
        self.setShortcut(QKeySequence("Ctrl+Shift+B"))
        self.setToolTip(tr("Encode the clip with several codecs at several rates, and report"))
        self.triggered.connect(self._pressed)
        viewing.changed.connect(self.refresh)
        codecs.changed.connect(self.refresh)
        sweeps.changed.connect(self.refresh)
        sweeps.progressed.connect(self._progressed)
        sweeps.finished.connect(self._finished)
        sweeps.failed.connect(self._failed)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Offer what can be done now."""
        running = self._sweeps.running
        self.setText(tr("Stop co&mparing codecs") if running else tr(_TEXT))
        self.setEnabled(running or (self._viewing.a is not None and bool(self._codecs.codecs)))
        if not running:
            self._line.take_back(self._told)

    @Slot()
    def _pressed(self) -> None:
        if self._sweeps.running:
            self._sweeps.give_up()
            self._line.tell(tr("The comparison stops when its encode has left a checkpoint."))
            return
        a = self._viewing.a
        if a is None:
            return
        opening = self._sources.opening(a)
        raw = opening.raw if opening else None
        self.dialog = SweepDialog(self._codecs, a, raw, self._live.published_set, self._window)
        self.dialog.ordered.connect(self._order)
        self.dialog.finished.connect(self._dialog_gone)
        self.dialog.open()

    @Slot()
    def _dialog_gone(self) -> None:
        self.dialog = None

    @Slot(object)
    def _order(self, sweep: SweepRequest) -> None:
        self._sweeps.start(sweep)
        self._progressed(0.0, None)

    @Slot(float, object)
    def _progressed(self, fraction: float, _remaining: float | None) -> None:
        self._told = tr("Comparing codecs … {percent:.0f} %", percent=100 * fraction)
        self._line.tell_until(self._told)

    @Slot(object)
    def _finished(self, report: Path) -> None:
        self._line.tell(self._sweeps.message)
        ask(
            self._window,
            tr("The comparison is done"),
            self._sweeps.message,
            [Choice(tr("&Open the report"), lambda: _open(report), default=True), Choice(tr("&Close"))],
        )

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        if sentence:
            show_problem(self._window, sentence)
        else:
            self._line.tell(tr("The comparison was stopped; the same one goes on where it was."))


def _open(report: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(report)))
