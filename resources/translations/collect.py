"""Collect the texts of the window for translators: `python resources/translations/collect.py [FILE]` (studio.ts).

A FILE that is there keeps its translations; the exit status is 1 where one of them has other fields than its text.

It reads the source and imports nothing of it. The texts are the literals in calls of `tr` and `mark`
(`nvc_studio.translation`), those with a `count` as plurals, and the titles and help texts that codecs declare, which
the window shows in its forms. `pyside6-lupdate` does not serve: it finds calls of `tr`, but neither those of `mark` nor
what codecs declare, and takes no text for a plural.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
WINDOW = ROOT / "app" / "nvc_studio"
CODECS = ROOT / "engine" / "nvc_engine" / "codecs"
CONTEXT = "studio"
MARKS = ("tr", "mark")
# Calls by which codecs declare: the arguments that people read, by place and by name.
DECLARATIONS = {
    "setting": ({1, 2}, {"title", "help", "unit"}),
    "PresetFacts": ({1, 2}, {"title", "help"}),
    "CodecFacts": ({1, 2}, {"title", "help", "quality_title"}),
}


@dataclass
class Text:
    """One text: the files that have it, and whether it is counted."""

    source: str
    plural: bool = False
    files: list[str] = field(default_factory=list)


def collect() -> list[Text]:
    """All texts in the order of files and lines, each once."""
    texts: dict[str, Text] = {}
    for folder, find, names in ((WINDOW, marked, MARKS), (CODECS, declared, DECLARATIONS)):
        for path in sorted(folder.rglob("*.py")):
            written = path.read_text("utf-8")
            if not any(f"{name}(" in written for name in names):
                continue
            for source, plural in find(ast.parse(written)):
                text = texts.setdefault(source, Text(source))
                text.plural |= plural
                name = path.relative_to(ROOT).as_posix()
                if name not in text.files:
                    text.files.append(name)
    return list(texts.values())


def marked(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The texts in calls of `tr` and `mark`, and whether they are counted."""
    for call in _calls(tree):
        if _name(call) in MARKS and call.args and (source := _text(call.args[0])):
            yield source, len(call.args) > 1 or any(keyword.arg == "count" for keyword in call.keywords)


def declared(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The literal texts that a codec declares for people."""
    for call in _calls(tree):
        places, names = DECLARATIONS.get(_name(call), (set(), set()))
        values = [value for place, value in enumerate(call.args) if place in places]
        values += [keyword.value for keyword in call.keywords if keyword.arg in names]
        branches = [one for value in values for one in ast.walk(value) if isinstance(value, ast.IfExp) or one is value]
        yield from ((source, False) for one in branches if (source := _text(one)))


def ts_file(texts: list[Text], before: ElementTree.Element | None = None) -> bytes:
    """A Qt .ts file of `texts`, with the language and the translations of the one `before`."""
    root = ElementTree.Element(
        "TS", {"version": "2.1", "sourcelanguage": "en", **(before.attrib if before is not None else {})}
    )
    done = dict(_translations(before)) if before is not None else {}
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    for text in texts:
        message = ElementTree.SubElement(context, "message", {"numerus": "yes"} if text.plural else {})
        for name in text.files:
            ElementTree.SubElement(message, "location", filename=f"../../{name}")
        ElementTree.SubElement(message, "source").text = text.source
        translation = done.get(text.source)
        if translation is None or (translation.find("numerusform") is not None) != text.plural:
            translation = ElementTree.Element("translation", type="unfinished")
            if text.plural:
                ElementTree.SubElement(translation, "numerusform")
        message.append(translation)
    ElementTree.indent(root, " ")
    body = ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n'.encode()


def faults(root: ElementTree.Element) -> list[str]:
    """The translations whose fields are not those of their text; `count` may be missing from a form ("one frame")."""
    found = []
    for source, translation in _translations(root):
        for form in (translation, *translation.findall("numerusform")):
            words = (form.text or "").strip()
            missing = _fields(source) - _fields(words) - ({"count"} if form is not translation else set())
            if words and (missing or _fields(words) - _fields(source)):
                found.append(f"{source!r} is translated with other fields: {words!r}")
    return found


def _fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def _translations(root: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    for message in root.iter("message"):
        translation = message.find("translation")
        if translation is not None:
            yield message.findtext("source", ""), translation


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    yield from sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _text(value: ast.expr) -> str:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def main() -> int:
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("studio.ts")
    before = ElementTree.parse(output).getroot() if output.exists() else None
    output.write_bytes(ts_file(collect(), before))
    wrong = faults(ElementTree.parse(output).getroot())
    sys.stderr.writelines(f"{fault}\n" for fault in wrong)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
