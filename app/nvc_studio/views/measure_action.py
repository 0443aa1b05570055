"""B measured against A, for pairs that no encode of this studio has measured."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from nvc_engine.protocol.messages import Result
from nvc_studio.models.measuring import MeasureModel
from nvc_studio.models.source_library import SourceLibrary
from nvc_studio.models.viewing import Viewing
from nvc_studio.translation import mark, tr
from nvc_studio.views.compare_view import CompareView
from nvc_studio.views.key_map import name_action
from nvc_studio.views.questions import show_problem
from nvc_studio.views.status_line import StatusLine

_TEXT = mark("&Measure B against A")


class MeasureAction(QAction):
    """Starts the measurement, or stops the one that runs; the curve of each frame then stands under the pictures."""

    def __init__(
        self,
        measures: MeasureModel,
        viewing: Viewing,
        sources: SourceLibrary,
        compare: CompareView,
        line: StatusLine,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        name_action(self, _TEXT)
        self._measures, self._viewing, self._sources = measures, viewing, sources
        self._compare, self._line = compare, line
        self._told = ""
        self.setShortcut(QKeySequence("Ctrl+M"))
        self.triggered.connect(self._measure)
        viewing.changed.connect(self.refresh)
        measures.changed.connect(self.refresh)
        measures.progressed.connect(self._progressed)
        measures.measured.connect(self._measured)
        measures.failed.connect(lambda sentence: show_problem(parent, sentence))
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Offer what can be done now."""
        running = self._measures.running
        self.setText(tr("Stop &measuring") if running else tr(_TEXT))
        self.setEnabled(running or (self._viewing.a is not None and self._viewing.b is not None))
        if not running:
            self._line.take_back(self._told)

    @Slot()
    def _measure(self) -> None:
        a, b = self._viewing.a, self._viewing.b
        if self._measures.running:
            self._measures.give_up()
        elif a is not None and b is not None:
            opening = self._sources.opening(a)
            self._measures.start(Path(a.facts.path), Path(b.facts.path), opening.raw if opening else None)
            self._progressed(0.0, None)

    @Slot(float, object)
    def _progressed(self, fraction: float, _remaining: float | None) -> None:
        self._told = tr("Measuring {name} … {percent:.0f} %", name=self._measures.test.name, percent=100 * fraction)
        self._line.tell_until(self._told)

    @Slot(object, object)
    def _measured(self, test: Path, result: Result) -> None:
        for source in self._viewing.sources:
            if source is not None and Path(source.facts.path) == test:
                self._compare.set_result(source, result)
                break
        words = [tr("{rate:.4f} bpp", rate=result.bpp), tr("PSNR-YUV {level:.2f} dB", level=result.psnr_yuv)]
        if result.ms_ssim is not None:
            words.append(tr("MS-SSIM {level:.4f}", level=result.ms_ssim))
        self._line.tell(f"{test.name}: {' · '.join(words)}")
