"""The floors of the engine, and the wall between window and engine, as the code has them."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine" / "nvc_engine"
APP = ROOT / "app" / "nvc_studio"
FLOORS = {
    "errors": 0,
    "charting": 1,
    "comparing": 1,
    "media": 1,
    "nn": 1,
    "protocol": 1,
    "bitstream": 2,
    "quality": 2,
    "codecs": 3,
    "jobs": 4,
    "reports": 4,
}
DOORS = 5
SHARED = ("nvc_engine.protocol", "nvc_engine.charting", "nvc_engine.comparing", "nvc_engine.errors")


def imported(path: Path) -> set[str]:
    """Names of all modules that a file imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def floor(module: str) -> int:
    """The floor of an engine module by the first part of its name below `nvc_engine`."""
    parts = module.split(".")
    return FLOORS.get(parts[1], DOORS) if len(parts) > 1 else 0


def module_of(path: Path) -> str:
    return ".".join(("nvc_engine", *path.relative_to(ENGINE).with_suffix("").parts))


def test_no_engine_file_imports_from_a_floor_above_its_own() -> None:
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in ENGINE.rglob("*.py")
        for name in imported(path)
        if name.startswith("nvc_engine.") and floor(name) > floor(module_of(path))
        if name != "nvc_engine.__version__"
    ]
    assert wrong == []


def test_the_engine_never_imports_qt_nor_the_window() -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path in ENGINE.rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in ("PySide6", "pyqtgraph", "nvc_studio")
    ]
    assert wrong == []


def test_the_window_knows_only_three_packages_of_the_engine() -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path in APP.rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in ("torch", "av", "constriction")
        or (name.startswith("nvc_engine") and not name.startswith(SHARED))
    ]
    assert wrong == []


@pytest.mark.parametrize(("package", "others"), [("protocol", ()), ("charting", ("numpy",)), ("comparing", ("numpy",))])
def test_what_the_window_may_know_needs_next_to_nothing(package: str, others: tuple[str, ...]) -> None:
    wrong = [
        f"{path.name} imports {name}"
        for path in (ENGINE / package).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] not in (*sys.stdlib_module_names, *others)
        and not name.startswith((f"nvc_engine.{package}", "nvc_engine.errors"))
        and name != "nvc_engine"
    ]
    assert wrong == []


def test_no_codec_is_named_outside_its_folder_and_the_registry() -> None:
    codecs = [folder.name for folder in (ENGINE / "codecs").iterdir() if (folder / "codec.py").exists()]
    wrong = [
        f"{path.relative_to(ENGINE)} imports {name}"
        for path in ENGINE.rglob("*.py")
        if path.name != "registry.py"
        for name in imported(path)
        for codec in codecs
        if name.startswith(f"nvc_engine.codecs.{codec}.") and ENGINE / "codecs" / codec not in path.parents
    ]
    assert codecs
    assert wrong == []
