"""The panel in which an encode is put together: codec, preset, goal, budget, and what that would take."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nvc_engine.protocol.messages import CodecFacts, JobFacts, JobRequest, RawSpec
from nvc_engine.protocol.user_presets import UserPreset
from nvc_studio.models.codecs import CodecsModel, preset
from nvc_studio.models.command_line import encode_command
from nvc_studio.models.jobs import job_title
from nvc_studio.models.output_names import PLACEHOLDERS, OutputParts, output_path
from nvc_studio.models.planning import PlanModel
from nvc_studio.models.settings import StudioSettings
from nvc_studio.models.sources import Source
from nvc_studio.models.user_presets import UserPresets
from nvc_studio.theme import Theme
from nvc_studio.translation import mark, tr
from nvc_studio.views.budget_field import BudgetField
from nvc_studio.views.codec_form import CodecForm
from nvc_studio.views.file_questions import ask_output
from nvc_studio.views.frame_range_field import FrameRangeField
from nvc_studio.views.goal_field import Extent, GoalField
from nvc_studio.views.key_map import named_action, tip_with_key
from nvc_studio.views.number_fields import seed_field
from nvc_studio.views.plan_view import PlanView
from nvc_studio.views.user_presets_button import UserPresetsButton
from nvc_studio.views.wheel_guard import WheelGuard
from nvc_studio.views.wrapped_label import WrappedLabel


class EncodePanel(QWidget):
    """Makes a `JobRequest` of what the user chose.

    Attributes:
        add, now, copy: the panel's actions, for a menu.

    Signals:
        ordered: a JobRequest, and whether it is to start at once.
        edited: the JobFacts of a job that has not begun, and the JobRequest that it is to do instead.
        told: something was done that the status line may say; a sentence.
    """

    ordered = Signal(object, bool)
    edited = Signal(object, object)
    told = Signal(str)

    def __init__(
        self,
        codecs: CodecsModel,
        plans: PlanModel,
        settings: StudioSettings,
        presets: UserPresets,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._codecs = codecs
        self._plans = plans
        self._settings = settings
        self._source: Source | None = None
        self._raw: RawSpec | None = None
        self._edited: JobFacts | None = None
        self.user_presets = UserPresetsButton(presets, self.user_preset, theme)
        self._wheel = WheelGuard(self)
        self._make_fields()
        self._make_actions()
        self._lay_out(PlanView(plans, theme))
        self._connect()
        self._codecs_changed()

    # --- what others read and set -------------------------------------------------------------------------------------

    def set_source(self, source: Source | None, raw: RawSpec | None = None) -> None:
        """The clip to encode; the frame range starts anew where it is another clip."""
        if self._edited is not None and (source is None or source.facts.path != self._edited.request.source):
            self.end_edit()
        fresh = source is None or self._source is None or source.facts.path != self._source.facts.path
        self._source, self._raw = source, raw
        if fresh and not _is_template(self.output.text()):
            self.output.setText(self._settings.template)  # What was there names the file of one clip.
            self.output.setCursorPosition(0)
        self.frames.set_frames(source.facts.frames if source else 0, keep=not fresh)
        self._changed()

    @property
    def source(self) -> Source | None:
        """The clip that would be encoded."""
        return self._source

    def codec(self) -> CodecFacts | None:
        """The chosen codec, or None while none is known."""
        return self._codecs.codec(str(self.codec_choice.currentData()))

    def request(self) -> JobRequest | None:
        """The encode as it stands, or None where there is no clip or no codec yet."""
        if self._source is None:
            return None
        return self._request(Path(self._source.facts.path), self.frames.range, self._raw)

    def request_for(self, clip: Path) -> JobRequest | None:
        """The same encode of the whole of another clip."""
        return self._request(clip, (None, None), None)

    def _request(self, source: Path, frames: tuple[int | None, int | None], raw: RawSpec | None) -> JobRequest | None:
        codec = self.codec()
        if codec is None:
            return None
        chosen = str(self.preset_choice.currentData() or "")
        goal = self.goal.goal
        parts = OutputParts(source.stem if source.suffix else source.name, codec.name, chosen or "auto", goal)
        first, stop = frames
        return JobRequest(
            source=str(source),
            output=str(output_path(self.output.text(), source, parts, codec.suffixes)),
            codec=codec.name,
            preset=chosen,
            settings=self.form.overrides(),
            goal=goal,
            minutes=self.budget.minutes if codec.trains else None,
            epochs=self.budget.epochs if codec.trains else None,
            first=first,
            stop=stop,
            seed=self.seed.value(),
            device=str(self.device.currentText() or "auto"),
            raw=raw,
        )

    def user_preset(self) -> UserPreset | None:
        """What is set, as a preset without a name; None where no codec is known yet."""
        codec = self.codec()
        if codec is None:
            return None
        return UserPreset(
            name="",
            codec=codec.name,
            preset=str(self.preset_choice.currentData() or ""),
            settings=self.form.overrides(),
            goal=self.goal.goal,
            minutes=self.budget.minutes if codec.trains else None,
            epochs=self.budget.epochs if codec.trains else None,
        )

    @Slot(object)
    def take(self, preset: UserPreset | JobRequest) -> None:
        """Set codec, preset, settings, goal and time as `preset` has them."""
        row = self.codec_choice.findData(preset.codec)
        if row < 0:
            self.told.emit(tr("There is no codec {codec} here.", codec=preset.codec))
            return
        self.codec_choice.setCurrentIndex(row)
        self.preset_choice.setCurrentIndex(max(0, self.preset_choice.findData(preset.preset)))
        self._preset_chosen()  # What an earlier one has set is not to stay.
        for name, value in preset.settings.items():
            if self.form.has(name):
                self.form.set_value(name, value)
        if preset.goal is not None:
            self.goal.set_goal(preset.goal)
        if preset.minutes is not None:
            self.budget.set_minutes(preset.minutes)
        if preset.epochs is not None:
            self.budget.set_epochs(preset.epochs)

    def begin_edit(self, job: JobFacts) -> None:
        """Show what a job that has not begun is to do, and have the buttons change it."""
        order = job.request
        self._edited = job
        self.take(order)
        self.frames.set_range(order.first, order.stop)
        self.seed.setValue(order.seed)
        self.device.setCurrentIndex(max(0, self.device.findText(order.device)))
        self.output.setText(order.output)
        self._show_editing()

    @Slot()
    def end_edit(self) -> None:
        """Leave the job as it is; the buttons order anew."""
        if self._edited is not None:
            self._edited = None
            self.output.setText(self._settings.template)
            self._show_editing()

    def _show_editing(self) -> None:
        editing = self._edited is not None
        if self._edited is not None:
            self._editing_text.setText(tr("Changing {title} in the queue", title=job_title(self._edited.request)))
        self._editing.setVisible(editing)
        for button in (self.now_button, self.add_button):
            button.setVisible(not editing)

    # --- making -------------------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.codec_choice = _combo(tr("Codec"), tr("Which codec makes the file"))
        self.preset_choice = _combo(tr("Preset"), tr("Settings that fit together"))
        self.preset_help = QLabel()
        self.preset_help.setWordWrap(True)
        self.preset_help.setForegroundRole(self.preset_help.foregroundRole().PlaceholderText)
        self.goal = GoalField()
        self.budget = BudgetField()
        self.frames = FrameRangeField()
        self.form = CodecForm()
        self.seed = seed_field()
        self.device = _combo(tr("Device"), tr("Where the encode computes; auto takes the fastest that is there"))
        self.output = QLineEdit(self._settings.template)
        self.output.setCursorPosition(0)
        self.output.setAccessibleName(tr("Output file"))
        self.output.setAcceptDrops(False)  # Files that are dropped here are the window's.
        places = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        self.output.setToolTip(
            tr("A name or a path; {places} are filled in. A name alone stands beside the source.", places=places)
        )
        self.browse = QToolButton()
        self.browse.setText("…")
        self.browse.setAccessibleName(tr("Choose the output file"))
        self.browse.setToolTip(tr("Choose the output file"))
        self.browse.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resolved = WrappedLabel()
        self.resolved.setForegroundRole(self.resolved.foregroundRole().PlaceholderText)

    def _make_actions(self) -> None:
        self.now = named_action(mark("Encode &now"), self)
        self.now.setShortcut(QKeySequence("Ctrl+Return"))
        self.now.setToolTip(tip_with_key(tr("Queue this encode and start it at once"), self.now))
        self.add = named_action(mark("&Add to queue"), self)
        self.add.setShortcut(QKeySequence("Ctrl+Shift+Return"))
        self.add.setToolTip(tip_with_key(tr("Queue this encode; it starts when its turn comes"), self.add))
        self.save_edit = named_action(mark("&Save changes"), self)
        self.save_edit.setToolTip(tr("Have the job in the queue do this instead"))
        self.leave_edit = named_action(mark("&Leave as it is"), self)
        self.leave_edit.setToolTip(tr("Change nothing in the queue"))
        self.copy = named_action(mark("Cop&y as command"), self)
        self.copy.setToolTip(tr("Copy the line that does the same in a terminal"))

    def _lay_out(self, plan: PlanView) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setContentsMargins(12, 12, 12, 12)
        form.setHorizontalSpacing(10)
        codec_row = QHBoxLayout()
        codec_row.setSpacing(4)
        codec_row.addWidget(self.codec_choice, 1)
        codec_row.addWidget(self.user_presets)
        form.addRow(tr("Co&dec"), codec_row)
        _buddy(form, codec_row, self.codec_choice)
        form.addRow(tr("&Preset"), self.preset_choice)
        form.addRow("", self.preset_help)
        form.addRow(tr("&Goal"), self.goal)
        form.addRow(tr("&Time"), self.budget)
        form.addRow(tr("F&rames"), self.frames)
        form.addRow(tr("Dev&ice"), self.device)
        form.addRow(tr("&Seed"), self.seed)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.output, 1)
        row.addWidget(self.browse)
        form.addRow(tr("&Output"), row)
        _buddy(form, row, self.output)
        form.addRow("", self.resolved)
        form.addRow(self.form)
        inner = QWidget()
        inner.setLayout(form)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 12)
        foot.setSpacing(8)
        foot.addWidget(plan)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        self.now_button = _button(self.now, default=True)
        self.add_button = _button(self.add)
        self.copy_button = _button(self.copy)
        self.copy_button.setText(tr("Cop&y"))
        self._editing = QWidget()
        self._editing_text = QLabel()
        self._editing_text.setWordWrap(True)
        self._editing_text.setTextFormat(Qt.TextFormat.PlainText)
        changing = QVBoxLayout(self._editing)
        changing.setContentsMargins(0, 0, 0, 0)
        changing.addWidget(self._editing_text)
        choices = QHBoxLayout()
        choices.addWidget(_button(self.save_edit, default=True), 1)
        choices.addWidget(_button(self.leave_edit), 1)
        changing.addLayout(choices)
        self._editing.hide()
        foot.addWidget(self._editing)
        for button in (self.now_button, self.add_button, self.copy_button):
            buttons.addWidget(button, 0 if button is self.copy_button else 1)
        foot.addLayout(buttons)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(line.foregroundRole().Mid)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(line)
        outer.addLayout(foot)

    def _connect(self) -> None:
        self._codecs.changed.connect(self._codecs_changed)
        self.codec_choice.currentIndexChanged.connect(self._codec_chosen)
        self.preset_choice.currentIndexChanged.connect(self._preset_chosen)
        for field in (self.goal, self.budget, self.frames, self.form):
            field.changed.connect(self._changed)
        self.seed.valueChanged.connect(self._changed)
        self.device.currentIndexChanged.connect(self._changed)
        self.output.textChanged.connect(self._changed)
        self.output.editingFinished.connect(self._keep_template)
        self.browse.clicked.connect(self._browse)
        self.now.triggered.connect(lambda: self._order(now=True))
        self.add.triggered.connect(lambda: self._order(now=False))
        self.copy.triggered.connect(self._copy)
        self.save_edit.triggered.connect(self._save_edit)
        self.leave_edit.triggered.connect(self.end_edit)
        self.user_presets.chosen.connect(self.take)
        self.user_presets.told.connect(self.told)

    # --- hearing ------------------------------------------------------------------------------------------------------

    @Slot()
    def _codecs_changed(self) -> None:
        chosen = self.codec_choice.currentData()
        blocked = self.codec_choice.blockSignals(True)
        self.codec_choice.clear()
        for codec in self._codecs.codecs:
            self.codec_choice.addItem(tr(codec.title), codec.name)
            self.codec_choice.setItemData(self.codec_choice.count() - 1, tr(codec.help), Qt.ItemDataRole.ToolTipRole)
        self.codec_choice.setCurrentIndex(max(0, self.codec_choice.findData(chosen)))
        self.codec_choice.blockSignals(blocked)
        device = self.device.currentText()
        self.device.clear()
        self.device.addItems(list(self._codecs.devices))
        self.device.setCurrentIndex(max(0, self.device.findText(device)))
        self._codec_chosen()

    @Slot()
    def _codec_chosen(self) -> None:
        codec = self.codec()
        blocked = self.preset_choice.blockSignals(True)
        self.preset_choice.clear()
        if codec is not None:
            if codec.automatic:
                self.preset_choice.addItem(tr("Automatic"), "")
            for one in codec.presets:
                self.preset_choice.addItem(tr(one.title), one.name)
            self.codec_choice.setToolTip(tr(codec.help))
            self.goal.set_codec(codec)
            self.budget.set_codec(codec)
            self.form.set_codec(codec, preset(codec, ""))
            self._wheel.watch(self)
        self.preset_choice.blockSignals(blocked)
        self._preset_chosen()

    @Slot()
    def _preset_chosen(self) -> None:
        codec = self.codec()
        name = str(self.preset_choice.currentData() or "")
        automatic = codec is not None and codec.automatic and not name
        chosen = preset(codec, name) if codec and not automatic else None
        text = tr("What suits clip, goal, time and device; the plan says which and why.") if automatic else ""
        self.preset_help.setText(tr(chosen.help) if chosen else text)
        self.preset_help.setVisible(bool(self.preset_help.text()))
        self.form.setVisible(not automatic)
        self.form.set_preset(chosen)
        self._changed()

    @Slot()
    def _changed(self) -> None:
        facts = self._source.facts if self._source else None
        if facts is not None:
            rate = float(Fraction(facts.rate)) if facts.rate else 25.0
            self.goal.set_extent(Extent(facts.width * facts.height, self.frames.count, rate or 25.0))
        request = self.request()
        self.resolved.setText(request.output if request else tr("Open a clip to encode it."))
        for action in (self.now, self.add, self.copy):
            action.setEnabled(request is not None)
        self._plans.show(request)

    @Slot()
    def _keep_template(self) -> None:
        if _is_template(self.output.text()):
            self._settings.template = self.output.text()

    @Slot()
    def _browse(self) -> None:
        request = self.request()
        start = Path(request.output) if request else self._settings.folder / "out.nvc"
        ask_output(self, start, self.output.setText)

    def _order(self, *, now: bool) -> None:
        request = self.request()
        if request is not None:
            self.ordered.emit(request, now)

    @Slot()
    def _save_edit(self) -> None:
        job, request = self._edited, self.request()
        if job is not None and request is not None:
            self.end_edit()
            self.edited.emit(
                job, replace(request, overwrite=job.request.overwrite and request.output == job.request.output)
            )

    @Slot()
    def _copy(self) -> None:
        request = self.request()
        if request is not None:
            QGuiApplication.clipboard().setText(encode_command(request))
            self.told.emit(tr("The command is on the clipboard."))


def _is_template(text: str) -> bool:
    """Whether a name is another for another clip; nothing at all stands for the default."""
    return not text.strip() or "{" in text


def _buddy(form: QFormLayout, row: QHBoxLayout, field: QWidget) -> None:
    """Have the label of a row lead to one of its fields."""
    label = form.labelForField(row)
    if isinstance(label, QLabel):
        label.setBuddy(field)


def _combo(name: str, tip: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(tip)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    return combo


def _button(action: QAction, *, default: bool = False) -> QPushButton:
    """A push button that does what `action` does and is enabled with it."""
    button = QPushButton(action.text())
    button.setToolTip(action.toolTip())
    button.setAccessibleName(action.text().replace("&", ""))
    button.setDefault(default)
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button
