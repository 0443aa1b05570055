"""The chosen job as it goes: stage and speed, curves, the moving RD point, and a picture that sharpens."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QImage, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout, QWidget

from nvc_engine.protocol.messages import ClipFacts, JobFacts, JobState
from nvc_studio.models.codecs import CodecsModel
from nvc_studio.models.curves import rd_trail
from nvc_studio.models.job_verbs import STATE_TITLES
from nvc_studio.models.jobs import JobsModel, goal_title, job_title
from nvc_studio.models.preview import PreviewModel
from nvc_studio.models.rd import Comparison, QualityAxis, RateAxis, RdChart, comparison, rd_chart, same_source
from nvc_studio.theme import Theme
from nvc_studio.throttle import Throttle
from nvc_studio.translation import tr
from nvc_studio.views.picture_view import PictureView
from nvc_studio.views.share_bar import ShareBar
from nvc_studio.views.wrapped_label import WrappedLabel
from nvc_studio.wording import duration_text

if TYPE_CHECKING:
    from nvc_studio.views.bd_view import BdView
    from nvc_studio.views.loss_chart import LossChart
    from nvc_studio.views.rd_chart import RdChartView

REDRAW_MS = 100
# What a training says of itself is drawn more seldom, for each drawing takes from the training where cores are few.
FOLLOW_MS = 1000
_GOING_ON = (JobState.WAITING, JobState.RUNNING)
ROOM_FOR_ALL = 900
"""Pixels in height from which training curve, chart, table and preview have room at once."""


class LiveView(QWidget):
    """Follows one job and draws at most ten times a second, and only while it can be seen.

    The charts are made when the view has first been painted, because pyqtgraph takes a while to import.

    Signals:
        opened: the id of a job whose measured point was clicked.
    """

    opened = Signal(str)

    def __init__(
        self,
        jobs: JobsModel,
        preview: PreviewModel,
        codecs: CodecsModel,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._codecs = codecs
        self._preview = preview
        self._theme = theme
        self._job = ""
        self._clip: ClipFacts | None = None
        self._trail = rd_trail()
        self._charts_on_their_way = False
        self.loss: LossChart | None = None
        self.rd: RdChartView | None = None
        self.bd: BdView | None = None
        self._title = WrappedLabel()
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._stage = WrappedLabel()
        self._stage.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._numbers = WrappedLabel()
        for label, name in (
            (self._title, tr("Job")),
            (self._stage, tr("Stage")),
            (self._numbers, tr("Estimates so far")),
        ):
            label.setAccessibleDescription(name)
        self.shares = ShareBar(theme)
        self.picture = PictureView(tr("Preview of the encode"))
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self.picture)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(4)
        for widget in (self._title, self._stage, self._numbers):
            layout.addWidget(widget)
        layout.addWidget(self.shares)
        layout.addSpacing(4)
        layout.addWidget(self._parts, 1)
        self._comparing = QPushButton()
        self._comparing.hide()
        layout.addWidget(self._comparing)
        self._redraw = Throttle(self._draw, REDRAW_MS, self)
        self._follow = Throttle(self._draw, FOLLOW_MS, self)
        jobs.job_changed.connect(self._job_stirred)
        jobs.job_removed.connect(self._job_stirred)
        jobs.progressed.connect(self._progressed)
        jobs.modelReset.connect(self._stirred)
        codecs.changed.connect(self._stirred)
        preview.picture.connect(self._picture)
        self._draw()

    # --- what others set and read -------------------------------------------------------------------------------------

    @Slot(str)
    def set_job(self, job_id: str) -> None:
        """Follow this job ("": none)."""
        if job_id != self._job:
            self._job = job_id
            self.picture.set_text("")
        self._stirred()

    def set_clip(self, clip: ClipFacts | None) -> None:
        """The clip in view; its finished encodes are on the chart while no job is followed."""
        self._clip = clip
        self._stirred()

    def offer(self, sweep: QAction) -> None:
        """Show a button for the action that compares codecs."""

        def dress() -> None:
            self._comparing.setText(sweep.text())
            self._comparing.setToolTip(sweep.toolTip())
            self._comparing.setEnabled(sweep.isEnabled())

        self._comparing.clicked.connect(sweep.trigger)
        sweep.changed.connect(dress)
        dress()

    @property
    def published_set(self) -> str:
        """The name of the published figures on the chart, or ""."""
        return self.rd.published_set if self.rd is not None else ""

    @property
    def text(self) -> str:
        """All that is said about the job, as one text."""
        return "\n".join(label.text() for label in (self._title, self._stage, self._numbers))

    def comparison(self) -> Comparison | None:
        """The finished encodes of the source as curves, or None where there is no source."""
        source = self.source()
        if source is None:
            return None
        conventional = frozenset(codec.name for codec in self._codecs.codecs if codec.conventional)
        return comparison(self._jobs.jobs, source, conventional, self._charted())

    def chart(self) -> RdChart | None:
        """The measured points as they are on the chart now, or None where there is no source."""
        found = self.comparison()
        if found is None:
            return None
        if self.rd is None:
            return rd_chart(found)
        return rd_chart(found, self.rd.rate, self.rd.quality, self.rd.published)

    # --- hearing ------------------------------------------------------------------------------------------------------

    @Slot(str)
    def _job_stirred(self, job_id: str) -> None:
        self._stirred()

    @Slot(str)
    def _progressed(self, _job_id: str) -> None:
        if self.isVisible():
            self._follow()

    @Slot()
    def _stirred(self) -> None:
        if self.isVisible():
            self._redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._charts_on_their_way:
            self._charts_on_their_way = True
            QTimer.singleShot(0, self, self._make_charts)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._preview.show(self._jobs.job(self._job), looking=False)

    @Slot(QImage, int, int)
    def _picture(self, picture: QImage, _step: int, _frame: int) -> None:
        self.picture.set_picture(picture)

    # --- drawing ------------------------------------------------------------------------------------------------------

    @Slot()
    def _make_charts(self) -> None:
        if self.loss is not None:
            return
        from nvc_studio.views.bd_view import BdView
        from nvc_studio.views.loss_chart import LossChart
        from nvc_studio.views.rd_chart import RdChartView

        self.loss = LossChart(self._theme)
        self.bd = BdView()
        self.rd = RdChartView(self._theme)
        self.rd.axes_changed.connect(self._stirred)
        self.rd.opened.connect(self.opened)
        self._parts.insertWidget(0, self.loss)
        self._parts.insertWidget(1, self.rd)
        self._parts.insertWidget(2, self.bd)
        self._parts.setSizes([180, 280, 120, 160])
        self._draw()

    def source(self) -> str | None:
        """The path of the clip that the chart is about, or None: that of an encode that goes on, else that in view; a
        training is about none of its own."""
        job = self._jobs.job(self._job)
        if job is not None and not job.request.training and (self._clip is None or job.state in _GOING_ON):
            return job.request.source
        return self._clip.path if self._clip else None

    def _charted(self) -> JobFacts | None:
        """The followed job, where the chart is about its clip."""
        job, source = self._jobs.job(self._job), self.source()
        return job if job is not None and source is not None and same_source(job, source) else None

    def _draw(self) -> None:
        job = self._jobs.job(self._job)
        self._preview.show(job, looking=self.isVisible())
        self._say(job)
        of_a_clip = job is None or not job.request.training
        history = self._jobs.history(self._job) if job else ()
        if self.loss is None or self.rd is None or self.bd is None:
            self.picture.setVisible(of_a_clip)
            return
        found = self.comparison() if of_a_clip else None
        self._give_room(job, found)
        self.loss.show_history(history)
        self.rd.setVisible(of_a_clip)
        self.bd.show_curves(found.curves if found else (), self.rd.quality)
        if self.rd.isHidden():
            return
        self.rd.show_chart(self.chart())
        job = self._charted()
        if job is None:
            history = ()
        factor = self._kbps_per_bpp(job)
        kbps = self.rd.rate is RateAxis.KBPS
        if self.rd.quality is not QualityAxis.PSNR_YUV or (kbps and factor is None):
            self.rd.show_trail(None, live=False)
        else:
            self._trail.follow(history)
            rates, levels = self._trail.points
            scale = factor if kbps and factor is not None else 1.0
            self.rd.show_trail((rates * scale, levels), live=job is not None and job.state is not JobState.DONE)

    def _give_room(self, job: JobFacts | None, found: Comparison | None) -> None:
        """While something trains, its curve and preview are shown, and the table where there is room for all; after
        that chart and table have the room alone."""
        assert self.loss is not None
        assert self.bd is not None
        of_a_clip = job is None or not job.request.training
        training = job is not None and job.state is not JobState.DONE and self._charted() is not None
        compared = found is not None and len(found.curves) > 1
        begun = job is not None and (job.state is JobState.RUNNING or bool(self._jobs.history(job.id)))
        self.loss.setVisible(begun and (not of_a_clip or (self._learns(job) and (training or not compared))))
        self.picture.setVisible(of_a_clip and (training or not compared))
        crowded = training and self.loss.isVisibleTo(self) and self.height() < ROOM_FOR_ALL
        self.bd.setVisible(compared and not crowded)
        self.bd.notes.setVisible(not training)
        self._comparing.setVisible(of_a_clip and not training and bool(self._comparing.text()))

    def _learns(self, job: JobFacts | None) -> bool:
        """Whether a job has a training curve, as far as is known."""
        if job is None:
            return False
        facts = self._codecs.codec(job.request.codec)
        return facts is None or facts.trains

    def _kbps_per_bpp(self, job: JobFacts | None) -> float | None:
        if job is not None and job.result is not None and job.result.bpp > 0:
            return job.result.kbps / job.result.bpp
        clip = self._clip
        if clip is None or job is None or Path(clip.path) != Path(job.request.source):
            return None
        return clip.width * clip.height * float(Fraction(clip.rate)) / 1000

    def _say(self, job: JobFacts | None) -> None:
        if job is None:
            self._title.setText(tr("No encode chosen"))
            self._stage.setText(tr("Start an encode, or choose one in the queue, to watch it here."))
            self._numbers.setText("")
            self.shares.show_shares(())
            self.picture.set_text(tr("The preview of the encode appears here."))
            return
        words = [job_title(job.request), "" if job.request.training else job.request.codec, goal_title(job.request)]
        self._title.setText(" · ".join(word for word in words if word))
        self._stage.setText(stage_text(job))
        self._numbers.setText(numbers_text(job))
        if job.result is not None:
            self.shares.show_shares(job.result.byte_shares)
        else:
            self.shares.show_rates(job.progress.rate_shares if job.progress is not None else ())
        if self.picture.picture.isNull():
            self.picture.set_text(self._no_picture_text(job))

    def _no_picture_text(self, job: JobFacts) -> str:
        facts = self._codecs.codec(job.request.codec)
        if facts is not None and facts.conventional:
            return tr("{codec} has no preview; its file is compared when it is done.", codec=tr(facts.title))
        if job.state is JobState.RUNNING:
            return tr("Waiting for the first preview.")
        return tr("A preview is shown during training.")


def stage_text(job: JobFacts) -> str:
    """Where a job is: stage, speed, time that remains; or the sentence that goes with its state."""
    report = job.progress
    if job.state is not JobState.RUNNING or report is None:
        return f"{tr(STATE_TITLES[job.state])}. {job.message}".strip()
    number, stages = report.stage_index + 1, report.stage_count
    words = [tr("{stage} ({number} of {stages})", stage=report.stage, number=number, stages=stages)]
    words.append(f"{100 * report.fraction:.0f} %")
    if report.steps:
        words.append(tr("step {step} of {steps}", step=report.step, steps=report.steps))
    if report.steps_per_second:
        words.append(tr("{speed:.3g} steps/s", speed=report.steps_per_second))
    words.append(tr("{duration} so far", duration=duration_text(report.elapsed)))
    if report.remaining is not None:
        words.append(tr("{duration} to go", duration=duration_text(report.remaining)))
    return " · ".join(words)


def numbers_text(job: JobFacts) -> str:
    """What was measured on the finished file, or what the trainer estimates until then."""
    if job.result is not None:
        result = job.result
        words = [tr("{rate:.4f} bpp", rate=result.bpp), tr("{rate:.4g} kb/s", rate=result.kbps)]
        words.append(tr("PSNR-YUV {level:.2f} dB", level=result.psnr_yuv))
        if result.ms_ssim is not None:
            words.append(tr("MS-SSIM {level:.4f}", level=result.ms_ssim))
        return tr("Measured: {figures}", figures=" · ".join(words))
    report = job.progress
    if report is None:
        return ""
    words = []
    if report.rate_bpp is not None:
        words.append(tr("{rate:.4f} bpp", rate=report.rate_bpp))
    if report.distortion_db is not None:
        words.append(tr("{level:.2f} dB", level=report.distortion_db))
    if report.loss is not None:
        words.append(tr("loss {loss:.4g}", loss=report.loss))
    return tr("Estimated: {figures}", figures=" · ".join(words)) if words else ""
