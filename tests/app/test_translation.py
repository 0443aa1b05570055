"""Every text that the window shows can be translated: nothing is shown unmarked, and what is marked is collected."""

import ast
import importlib.util
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import PySide6
import pytest
from PySide6.QtCore import QAbstractItemModel, QLocale, Qt, QTranslator
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QMenu,
    QSpinBox,
    QTableView,
    QWidget,
)

from nvc_engine.protocol.messages import (
    CodecFacts,
    Codecs,
    Goal,
    GoalKind,
    JobChanged,
    JobFacts,
    JobRequest,
    JobState,
    PresetFacts,
    Progress,
    SettingFacts,
)
from nvc_studio.main_window import MainWindow
from nvc_studio.models.rd import QUALITY_TITLES
from nvc_studio.studio import Studio
from nvc_studio.translation import install_translators, tr
from nvc_studio.views.bd_view import METHOD_TITLES

ROOT = Path(__file__).parents[2]
WINDOW = ROOT / "app" / "nvc_studio"
TEMPLATE = ROOT / "resources" / "translations" / "studio.ts"

# What talks to a terminal or writes reports for those who mend the studio; both are in English.
ENGLISH = {"main.py", "demo.py", "demo_terminal.py", "models/diagnostics.py"}
# Of us, of standards.
NAMES = re.compile(r"( – )?NVC Studio ?|BT\.\d+")
# What the engine says, and what stands in charts, which are the same picture everywhere, and their font.
NOT_OURS = {"The file is ", "Rate (bits per pixel)", "running (estimates)", "while training (estimates)", "DejaVu Sans"}
FIRST = {
    *("setText", "setToolTip", "setWindowTitle", "setPlaceholderText", "setAccessibleName", "setAccessibleDescription"),
    *("setStatusTip", "setWhatsThis", "setTitle", "setLabelText", "setIconText", "setSuffix", "setPrefix"),
    *("setSpecialValueText", "setInformativeText", "setDetailedText", "setOkButtonText", "setCancelButtonText"),
    *("QLabel", "QPushButton", "QCheckBox", "QRadioButton", "QAction", "QMenu", "QGroupBox", "QDockWidget"),
    *("QTableWidgetItem", "QPlainTextEdit", "QUndoCommand"),
    *("addAction", "addMenu", "addItem", "addItems", "addRow", "addButton", "addSection", "setHeaderLabels"),
    *("setNameFilters", "setNameFilter", "showMessage", "set_hint", "set_text", "set_message", "Choice"),
    *("tell", "tell_until", "say", "set_titles", "PictureView", "ChartCanvas", "Plot", "named_action"),
}
SECOND = {
    *("addTab", "setTabText", "setItemText", "createUndoAction", "createRedoAction", "say", "set_titles"),
    *("ask", "ask_number", "ask_save", "ask_file", "ask_folder", "show_problem", "set_still", "name_action"),
    *("QFileDialog", "QTreeWidgetItem", "information", "warning", "critical", "question", "about", "drawText"),
}
THIRD = {"ask", "ask_number", "show_problem", "information", "warning", "critical", "question", "drawText"}
PLACES = ((0, FIRST), (1, SECOND), (2, THIRD))


PROBE = CodecFacts(
    "probe", "Probe", "A codec", (PresetFacts("small", "Small", "Fits anywhere."),),
    (SettingFacts("width", "int", "Width", "Channels", 16, minimum=4, maximum=128, unit="px"),),
    True, "Lambda", 1, 9, 4, automatic=True,
)  # fmt: skip


# --- the source -------------------------------------------------------------------------------------------------------


def unmarked(tree: ast.Module) -> list[str]:
    """`line: text` of each literal that comes to a call which shows it, without passing through `tr` or `mark`: by
    itself, by a variable or by a table of the same file."""
    kept = _kept(tree)
    return [
        f"{literal.lineno}: {ast.unparse(literal)}"
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for argument in _shown(call)
        for literal in _literals(argument, kept, set())
    ]


def _shown(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name == "setText" and len(call.args) > 1:  # Of a cell, or of a picture's file.
        yield call.args[1]
        return
    for place, names in PLACES:
        if name in names and place < len(call.args):
            yield call.args[place]
    if name == "emit":  # Of what is told by signals, sentences are texts.
        yield from (argument for argument in call.args if isinstance(argument, ast.JoinedStr | ast.Constant))
    if name in ("SaveError", "ProjectError", "EngineUnavailable"):
        yield from call.args[:1]


def _kept(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What the names of a file may stand for: everything that is ever assigned to them, also by loops over tables."""
    kept: dict[str, list[ast.expr]] = {}

    def assign(target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            kept.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Attribute):
            kept.setdefault(target.attr, []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, part in zip(target.elts, value.elts, strict=False):
                assign(one, part)

    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                assign(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
            assign(node.target, node.value)
        elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Tuple | ast.List):
            for row in node.iter.elts:
                assign(node.target, row)
    return kept


def _literals(value: ast.expr, kept: dict[str, list[ast.expr]], seen: set[str]) -> Iterator[ast.expr]:
    """The literals with letters that `value` may come to."""
    parts: list[ast.expr] = []
    match value:
        case ast.Constant(value=str(text)):
            if re.search(r"[A-Za-z]", text) and not NAMES.fullmatch(text):
                yield value
        case ast.JoinedStr():
            words = "".join(part.value for part in value.values if isinstance(part, ast.Constant))
            if re.search(r"[A-Za-z]", words) and not NAMES.fullmatch(words.strip()):
                yield value
            parts = [part.value for part in value.values if isinstance(part, ast.FormattedValue)]
        case ast.IfExp():
            parts = [value.body, value.orelse]
        case ast.BinOp():
            parts = [value.left, value.right]
        case ast.BoolOp():
            parts = value.values
        case ast.List() | ast.Tuple() | ast.Set():
            parts = value.elts
        case ast.Dict():
            parts = value.values
        case ast.Starred() | ast.Subscript():
            parts = [value.value]
        case ast.GeneratorExp() | ast.ListComp():
            parts = [value.elt]
        case ast.Call(func=ast.Attribute(value=text, attr="join" | "strip" | "format")):
            parts = [text, *value.args]
        case ast.Name(id=name) if name not in seen:
            seen.add(name)
            parts = kept.get(name, [])
        case ast.Attribute(attr=name, value=ast.Name(id="self")) if name not in seen:
            seen.add(name)
            parts = kept.get(name, [])
    for part in parts:
        yield from _literals(part, kept, seen)


def sentences(tree: ast.Module) -> list[str]:
    """`line: text` of each literal of two words and more that is in no call of `tr` or `mark`, wherever it goes."""
    nodes = list(ast.walk(tree))
    passed = {id(part) for call in nodes if _marks(call) for part in ast.walk(call)}
    passed |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return [
        f"{node.lineno}: {node.value!r}"
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed
        if re.search(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}", node.value)
        if node.value not in NOT_OURS and not NAMES.fullmatch(node.value)
    ]


def _marks(node: ast.AST) -> bool:
    """Whether a node is a call whose texts are marked, or are for programmers."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tr", "mark", "ValueError")


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """The files of the window, but for those that speak English alone."""
    paths = {path.relative_to(WINDOW).as_posix(): path for path in sorted(WINDOW.rglob("*.py"))}
    return {name: ast.parse(path.read_text("utf-8")) for name, path in paths.items() if name not in ENGLISH}


def test_no_text_is_shown_unmarked(trees):
    found = {name: unmarked(tree) for name, tree in trees.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_no_sentence_stands_unmarked(trees):
    found = {name: sentences(tree) for name, tree in trees.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "bad",
    [
        'label.setText("Open a clip")',
        'label.setText(f"{count} frames")',
        'QPushButton("Go")',
        'menu.addAction("Go" if here else tr("Stay"), slot)',
        'ask(self, tr("Title"), "Really?", choices)',
        'line.tell("Saved " + name)',
        'text = "Stop"\nbutton.setText(text)',
        'words, colour = "Ready", red\nlabel.setText(words)',
        'for title, value in (("Bits", 1), (tr("Bytes"), 2)):\n    box.addItem(title, value)',
        '_TITLES = {1: "One"}\nbox.addItem(_TITLES[1])',
        'label.setText(" · ".join(["Ready", name]))',
        'self._told = "Gone"\nself.line.tell(self._told)',
        'raise SaveError(f"{name} could not be saved")',
    ],
)
def test_a_text_that_is_shown_unmarked_is_found(bad):
    assert len(unmarked(ast.parse(bad))) == 1


@pytest.mark.parametrize(
    "good",
    [
        'label.setText(tr("Open a clip"))',
        'label.setText(tr("{count} frames", count=3) if count else "")',
        'TITLE = mark("Open")\nlabel.setText(tr(TITLE))',
        'label.setText(f"{count} × {size}")',
        'window.setWindowTitle("NVC Studio")',
        'label.setObjectName("dock")',
    ],
)
def test_what_is_marked_or_has_no_words_is_not(good):
    assert unmarked(ast.parse(good)) == []


def test_a_sentence_is_found_wherever_it_goes():
    assert len(sentences(ast.parse('def why():\n    "Docstring of it."\n    return "Because it is"'))) == 1
    assert sentences(ast.parse('def why():\n    return tr("Because it is")')) == []


# --- the template -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def collecting() -> ModuleType:
    spec = importlib.util.spec_from_file_location("collect_translations", TEMPLATE.with_name("collect.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_template_is_in_step_with_the_source(collecting):
    assert collecting.ts_file(collecting.collect()) == TEMPLATE.read_bytes(), (
        "run: python resources/translations/collect.py"
    )


def test_texts_are_collected_with_their_plurals(collecting):
    tree = ast.parse('A = mark("One")\nb = tr("{count} of {all}", count=2, all=3)\nc = tr(A)\nd = self.tr("Not ours")')
    assert list(collecting.marked(tree)) == [("One", False), ("{count} of {all}", True)]
    tree = ast.parse('x: int = setting(3, "Width", "How wide.", unit="px")\nf = CodecFacts(title="T" if a else "U")')
    assert [text for text, _ in collecting.declared(tree)] == ["Width", "How wide.", "px", "T", "U"]


def test_translations_are_kept_when_texts_change(collecting):
    one, many = collecting.Text("Open {name}"), collecting.Text("{count} frames", plural=True)
    german = ElementTree.fromstring(collecting.ts_file([one, many]))
    german.set("language", "de")
    for message, words in zip(german.iter("message"), (["{name} öffnen"], ["ein Bild", "{count} Bilder"]), strict=True):
        translation = message.find("translation")
        assert translation is not None
        translation.clear()
        for form in words if len(words) > 1 else []:
            ElementTree.SubElement(translation, "numerusform").text = form
        translation.text = words[0] if len(words) == 1 else None
    assert collecting.faults(german) == []
    new = ElementTree.fromstring(collecting.ts_file([collecting.Text("Close"), one, many], german))
    assert new.get("language") == "de"
    kept = ["".join(translation.itertext()).split() for translation in new.iter("translation")]
    assert kept == [[], ["{name}", "öffnen"], ["ein", "Bild", "{count}", "Bilder"]]
    assert [translation.get("type") for translation in new.iter("translation")] == ["unfinished", None, None]
    for form in new.iter("numerusform"):
        form.text = "{frames} Bilder"
    assert len(collecting.faults(new)) == 2


def test_translations_that_ship_have_the_fields_of_their_texts(collecting):
    paths = list(TEMPLATE.parent.glob("*.ts"))
    assert TEMPLATE in paths
    assert [fault for path in paths for fault in collecting.faults(ElementTree.parse(path).getroot())] == []


def test_a_translation_is_compiled_found_by_language_and_used(qapp, tmp_path):
    tree = ElementTree.fromstring(TEMPLATE.read_bytes())
    wanted = {
        "Engine ready": ["Motor bereit"],
        "Queued {name}.": ["Wartend: {name}."],
        "Queued {count} encodes.": ["{count} Auftrag", "{count} Aufträge"],
    }
    tree.set("language", "de")
    for message in tree.iter("message"):
        source, translation = message.find("source"), message.find("translation")
        assert source is not None
        assert translation is not None
        forms = wanted.get(source.text or "")
        if forms:
            del translation.attrib["type"]
            if len(forms) == 1:
                translation.text = forms[0]
            else:
                translation.clear()
                for form in forms:
                    ElementTree.SubElement(translation, "numerusform").text = form
    (tmp_path / "studio_de.ts").write_bytes(ElementTree.tostring(tree))
    (release,) = Path(PySide6.__file__).parent.glob("lrelease*")
    subprocess.run([release, "-silent", tmp_path / "studio_de.ts"], check=True, capture_output=True)
    before = set(qapp.findChildren(QTranslator))
    assert not install_translators(qapp, QLocale("en_GB"), tmp_path)
    assert not install_translators(qapp, QLocale("fr_FR"), tmp_path)
    assert install_translators(qapp, QLocale("de_AT"), tmp_path)
    try:
        assert tr("Engine ready") == "Motor bereit"
        assert tr("Queued {name}.", name="a.nvc") == "Wartend: a.nvc."
        assert [tr("Queued {count} encodes.", count=count) for count in (1, 2)] == ["1 Auftrag", "2 Aufträge"]
        assert tr("Engine stopped") == "Engine stopped"
    finally:
        for translator in set(qapp.findChildren(QTranslator)) - before:
            qapp.removeTranslator(translator)
    assert tr("Engine ready") == "Engine ready"


# --- the window in another language -----------------------------------------------------------------------------------


class Brackets(QTranslator):
    """A language in which every text stands in brackets, but for the names of keys."""

    def translate(self, context: str, text: str, *_: object) -> str | None:
        return None if context == "QShortcut" else f"⟦{text}⟧"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def bracketed(qtbot, qapp) -> Iterator[MainWindow]:
    language = Brackets()
    assert qapp.installTranslator(language)
    window = MainWindow(Studio(qapp))
    qtbot.addWidget(window)
    window.studio.codecs.set_codecs(Codecs(0, (PROBE,), ("auto",)))
    yield window
    window.close()
    qapp.removeTranslator(language)


def texts_of(widgets: Iterable[QWidget], actions: Iterable[QAction]) -> set[str]:
    """Every text of widgets and actions: what is written on them, tool tips, names for screen readers."""
    found: set[str] = set()
    for widget in widgets:
        found |= {widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()}
        match widget:
            case QLineEdit():  # What stands in it is the user's, or a spin box's number.
                found.add(widget.placeholderText())
            case QLabel() | QAbstractButton():
                found.add(widget.text())
            case QMenu():
                found.add(widget.title())
            case QComboBox():
                found |= {widget.itemText(row) for row in range(widget.count())}
            case QSpinBox() | QDoubleSpinBox():
                found.add(widget.suffix())
            case QTableView():
                found |= cells_of(widget.model())
    for action in actions:
        found |= {action.text(), action.toolTip(), action.iconText()}
    return found


def cells_of(model: QAbstractItemModel) -> set[str]:
    heads = {str(model.headerData(column, Qt.Orientation.Horizontal) or "") for column in range(model.columnCount())}
    places = [(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
    return heads | {str(model.index(row, column).data() or "") for row, column in places}


def untranslated(text: str) -> set[str]:
    """The words of a text that stand outside of all brackets; keys behind it are none."""
    while text != (rest := re.sub(r"⟦[^⟦⟧]*⟧", "", text)):
        text = rest
    key = re.fullmatch(r"\s*\((.+)\)", text)
    if key is not None and QKeySequence(key[1]).toString():
        return set()
    return words_of(text)


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z][\w.-]*", text.replace("\u200b", "")))


def test_everything_in_the_window_is_translated(bracketed, opened, tmp_path, qtbot):
    source = opened(tmp_path / "a.mkv")
    request = JobRequest(source.facts.path, str(tmp_path / "a.nvc"), "probe", goal=Goal(GoalKind.BPP, 0.1))
    running = Progress("fitting", 0, 1, 0.5, 3.0, 90.0)
    bracketed.studio.jobs.receive(JobChanged(JobFacts("j", request, JobState.RUNNING, 1, 0.0, progress=running)))
    bracketed.encode.set_source(source)
    bracketed.info.show_source(source, None)
    bracketed.line.show_clip(source.facts)
    bracketed.compare.set_sources(source)
    bracketed.queue.choose("j")
    bracketed.show()
    qtbot.waitUntil(lambda: bracketed.live.loss is not None)
    texts = texts_of([bracketed, *bracketed.findChildren(QWidget)], bracketed.findChildren(QAction))
    assert len(texts) > 250
    facts = source.facts
    technical = {"NVC", "Studio", "BT.709", "BT.601", "BT.2020", "A", "B", "auto", "probe", "PSNR-YUV"}
    technical |= {facts.container, facts.codec, facts.pixel_format}
    technical |= {word for title in (*QUALITY_TITLES.values(), *METHOD_TITLES.values()) for word in words_of(title)}
    technical |= words_of(facts.path) | words_of(bracketed.encode.resolved.text())
    assert {word: text for text in texts for word in untranslated(text) - technical} == {}


def test_keys_are_kept_under_the_same_names_in_every_language(bracketed, qapp, qtbot):
    english = MainWindow(Studio(qapp))
    qtbot.addWidget(english)
    names = [one.name for one in bracketed.menus.keys.actions]
    assert names == [one.name for one in english.menus.keys.actions]
    assert "Queue/Pause" in names
    assert not any("⟦" in name for name in names)
    (pause,) = [one for one in bracketed.menus.keys.actions if one.name == "Queue/Pause"]
    assert (pause.group, pause.title) == ("⟦Queue⟧", "⟦Pause⟧")
    english.close()
