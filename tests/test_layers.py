"""Imports point one way: panels → operators → dreamfusion_blender ← backend; and what each layer must do without."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("panels", "operators", "translations", "dreamfusion_blender", "backend")
HEAVY = {"torch", "diffusers", "transformers"}
MAY_IMPORT = {
    "panels": {"panels", "operators", "translations", "dreamfusion_blender"},
    "operators": {"operators", "translations", "dreamfusion_blender"},
    "translations": {"translations"},
    "dreamfusion_blender": {"dreamfusion_blender"},
    "backend": {"backend", "dreamfusion_blender"},
}


def modules(layer: str) -> Iterator[Path]:
    return (path for path in sorted((ROOT / layer).rglob("*.py")) if "__pycache__" not in path.parts)


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Absolute dotted names of all that a file imports when it runs, with the level of relative ones (0: absolute)."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for branch in [node for node in ast.walk(tree) if isinstance(node, ast.If)]:
        if isinstance(branch.test, ast.Name) and branch.test.id == "TYPE_CHECKING":
            branch.body.clear()  # for type checkers' eyes only
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.name, 0) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[: len(package) - node.level + 1]
                start = ".".join((*base, *(node.module or "").split("."))).strip(".")
                yield from ((f"{start}.{each.name}" if not node.module else start, node.level) for each in node.names)
            else:
                yield node.module or "", 0


EVERY_FILE = [pytest.param(layer, path, id=str(path.relative_to(ROOT))) for layer in LAYERS for path in modules(layer)]


@pytest.mark.parametrize(("layer", "path"), EVERY_FILE)
def test_imports_point_one_way(layer, path):
    for name, level in imports(path):
        top = name.split(".")[0]
        if top in LAYERS:
            assert top in MAY_IMPORT[layer], f"{layer} must not import {name}"
            # The extension lives under a name that Blender chooses; only the backend is started from its folder.
            assert level > 0 or layer == "backend", f"{name} must be imported relatively"
        if top == "bpy":
            assert layer in ("panels", "operators", "translations") or "scene" in path.parts, "bpy belongs into scene/"
        if top in HEAVY:
            assert layer == "backend", f"{name} belongs into the backend"


@pytest.mark.parametrize(("layer", "path"), [each for each in EVERY_FILE if each.values[0] == "dreamfusion_blender"])
def test_the_core_starts_with_the_standard_library_alone(layer, path):
    if {"scene", "inputs"} & set(path.parts) or path.name == "asset.py":
        return  # loaded when there is an asset, or a mesh to start from
    for name, level in imports(path):
        top = name.split(".")[0]
        assert level or top in sys.stdlib_module_names, f"{name} is not in the standard library"


def test_the_command_line_loads_nothing_heavy():
    program = (
        "import sys, dreamfusion_blender.command_line, dreamfusion_blender.client\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules} & {'numpy', 'torch', 'bpy', 'backend'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_extraction_runs_without_torch():
    program = "import sys, backend.extract\nprint(*({'torch', 'diffusers', 'transformers', 'bpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_the_manifest_and_the_code_have_one_version():
    sys.path.insert(0, str(ROOT))
    from dreamfusion_blender.version import VERSION

    manifest = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{VERSION}"' in manifest
