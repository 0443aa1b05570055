"""A form made from a codec's declared settings: spin boxes, check boxes and choices, the advanced ones folded away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nvc_engine.protocol.messages import CodecFacts, PresetFacts, Scalar, SettingFacts
from nvc_studio.translation import tr

INT_LIMIT = 2**31 - 1
FLOAT_LIMIT = 1e9

Field = QSpinBox | QDoubleSpinBox | QCheckBox | QComboBox


class CodecForm(QWidget):
    """The settings of one codec under one preset.

    Signals:
        changed: a value is another, by hand or by preset.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings: tuple[SettingFacts, ...] = ()
        self._preset: dict[str, Scalar] = {}
        self._fields: dict[str, Field] = {}
        self._forms: dict[str, QFormLayout] = {}
        self._quiet = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._plain = QWidget()
        self._more = QToolButton()
        self._more.setText(tr("&More settings"))
        self._more.setAccessibleName(tr("More settings"))
        self._more.setCheckable(True)
        self._more.setAutoRaise(True)
        self._more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setArrowType(Qt.ArrowType.RightArrow)
        self._more.toggled.connect(self._fold)
        self._advanced = QWidget()
        self._advanced.hide()
        for widget in (self._plain, self._more, self._advanced):
            layout.addWidget(widget)

    def set_codec(self, codec: CodecFacts, preset: PresetFacts | None) -> None:
        """Build the form anew for `codec` and fill it with the preset's values."""
        self._settings = codec.settings
        self._fields.clear()
        self._forms.clear()
        for container, advanced in ((self._plain, False), (self._advanced, True)):
            _empty(container)
            form = QFormLayout(container)
            form.setContentsMargins(0, 0, 0, 0)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            for setting in codec.settings:
                if setting.advanced is advanced:
                    self._add(form, setting)
        self._more.setVisible(any(setting.advanced for setting in codec.settings))
        self.set_preset(preset)

    def set_preset(self, preset: PresetFacts | None) -> None:
        """Fill in the defaults and, over them, the preset's values."""
        values = preset.values if preset else {}
        self._preset = {setting.name: values.get(setting.name, setting.default) for setting in self._settings}
        self._quiet = True
        for name, value in self._preset.items():
            _set(self._fields[name], value)
        self._quiet = False
        self._show_what_counts()
        self.changed.emit()

    def values(self) -> dict[str, Scalar]:
        """All settings by name."""
        return {name: _get(field) for name, field in self._fields.items()}

    def overrides(self) -> dict[str, Scalar]:
        """The settings that count and differ from the preset."""
        values = self.values()
        changed = {name for name, value in values.items() if not _same(value, self._preset[name])}
        return {name: values[name] for name in self._counting(values) if name in changed}

    def has(self, name: str) -> bool:
        """Whether the codec has a setting of that name."""
        return name in self._fields

    def set_value(self, name: str, value: Scalar) -> None:
        """Set one setting, as if by hand. Raises KeyError where the codec has none of that name."""
        _set(self._fields[name], value)

    def _add(self, form: QFormLayout, setting: SettingFacts) -> None:
        field = _field(setting)
        field.setAccessibleName(tr(setting.title))
        field.setAccessibleDescription(tr(setting.help))
        field.setToolTip(tr(setting.help))
        field.setObjectName(f"setting-{setting.name}")
        if isinstance(field, QSpinBox | QDoubleSpinBox):
            field.valueChanged.connect(self._edited)
        elif isinstance(field, QCheckBox):
            field.toggled.connect(self._edited)
        else:
            field.currentIndexChanged.connect(self._edited)
        label = QLabel(tr(setting.title))
        label.setToolTip(tr(setting.help))
        label.setBuddy(field)
        form.addRow(label, field)
        self._fields[setting.name] = field
        self._forms[setting.name] = form

    def _counting(self, values: dict[str, Scalar]) -> list[str]:
        """Names of the settings whose parents, all the way up, have values under which they count."""
        facts = {setting.name: setting for setting in self._settings}

        def counts(setting: SettingFacts) -> bool:
            if not setting.parent:
                return True
            return values[setting.parent] in setting.parent_values and counts(facts[setting.parent])

        return [setting.name for setting in self._settings if counts(setting)]

    def _show_what_counts(self) -> None:
        counting = set(self._counting(self.values()))
        for name, field in self._fields.items():
            self._forms[name].setRowVisible(field, name in counting)

    def _edited(self) -> None:
        if not self._quiet:
            self._show_what_counts()
            self.changed.emit()

    def _fold(self, shown: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._advanced.setVisible(shown)


def _empty(container: QWidget) -> None:
    for child in container.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        child.setParent(None)
        child.deleteLater()
    layout = container.layout()
    if layout is not None:
        QWidget().setLayout(layout)


def _field(setting: SettingFacts) -> Field:
    suffix = f" {tr(setting.unit)}" if setting.unit else ""
    match setting.type:
        case "bool":
            return QCheckBox()
        case "choice":
            combo = QComboBox()
            combo.addItems(list(setting.choices))
            return combo
        case "int":
            whole = QSpinBox()
            whole.setRange(
                int(-INT_LIMIT if setting.minimum is None else max(setting.minimum, -INT_LIMIT)),
                int(INT_LIMIT if setting.maximum is None else min(setting.maximum, INT_LIMIT)),
            )
            whole.setSingleStep(max(1, int(setting.step or 1)))
            whole.setSuffix(suffix)
            whole.setKeyboardTracking(False)
            return whole
        case _:
            real = QDoubleSpinBox()
            real.setDecimals(_decimals(setting))
            real.setRange(
                -FLOAT_LIMIT if setting.minimum is None else setting.minimum,
                FLOAT_LIMIT if setting.maximum is None else setting.maximum,
            )
            real.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
            if setting.step:
                real.setStepType(QDoubleSpinBox.StepType.DefaultStepType)
                real.setSingleStep(setting.step)
            real.setSuffix(suffix)
            real.setKeyboardTracking(False)
            return real


def _decimals(setting: SettingFacts) -> int:
    """Decimals that show step, default and minimum without loss, at least two."""
    wanted = 2
    for value in (setting.step, setting.minimum, setting.default):
        if isinstance(value, int | float) and value:
            text = f"{abs(float(value)):.10f}".rstrip("0")
            wanted = max(wanted, len(text.split(".")[1]))
    return min(wanted + 1, 10)


def _get(field: Field) -> Scalar:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return field.currentText()
    return field.value()


def _set(field: Field, value: Scalar) -> None:
    if isinstance(field, QCheckBox):
        field.setChecked(bool(value))
    elif isinstance(field, QComboBox):
        field.setCurrentText(str(value))
    elif isinstance(field, QSpinBox):
        field.setValue(int(value))
    else:
        field.setValue(float(value))


def _same(one: Scalar, other: Scalar) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
    return one == other
