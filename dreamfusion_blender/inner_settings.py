"""Which inner settings the presets have, by their names such as `sds.guidance_weight`, and what each is.

Read from the sources of the backend's dataclasses, which stay the one place that says so: importing them would bring
torch, which no client has.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from .errors import BadSpec
from .paths import ROOT
from .setting_values import convert, did_you_mean, permitted

_PRESETS: Final = "backend.presets"
_PLAIN: Final = {"float": float, "int": int, "bool": bool, "str": str}


@dataclass(frozen=True)
class InnerSetting:
    """kind: the annotation.  default: as the source has it; presets may differ.  comment: what is said of it there."""

    name: str
    kind: Any
    default: str
    comment: str

    @property
    def words(self) -> str:
        """In a line: what it takes, what it is without, and why."""
        return f"{permitted(self.kind)}; default {self.default}" + (f". {self.comment}" if self.comment else "")


def check_overrides(overrides: Mapping[str, object]) -> None:
    """Raise BadSpec for a setting that there is not, with the nearest that there is, or for a value it cannot have."""
    known = inner_settings()
    for name, value in overrides.items():
        if name not in known:
            part, _, setting = name.partition(".")
            parts = list(dict.fromkeys(each.partition(".")[0] for each in known))
            if part not in parts:
                raise BadSpec(f"No settings called {part!r} (in {name!r}); {did_you_mean(part, parts)}")
            same = [each.removeprefix(f"{part}.") for each in known if each.startswith(f"{part}.")]
            raise BadSpec(f"No setting is called {setting!r} (in {name!r}); {did_you_mean(setting, same)}")
        convert(known[name].kind, value, name)


@cache
def inner_settings() -> Mapping[str, InnerSetting]:
    """All of them by name, in the order of `Preset` and of each dataclass."""
    found: dict[str, InnerSetting] = {}
    for part, (_, node) in _fields(_PRESETS, "Preset").items():
        kind = ast.unparse(node.annotation)
        if not kind.endswith("Settings"):
            continue  # its label and stages
        for each, (module, setting) in _fields(_home(_PRESETS, kind), kind).items():
            name = f"{part}.{each}"
            default = "" if setting.value is None else ast.unparse(setting.value).strip("'")
            found[name] = InnerSetting(name, _kind(module, setting.annotation), default, _comment(module, setting))
    return found


def _fields(module: str, name: str) -> dict[str, tuple[str, ast.AnnAssign]]:
    """The fields of a dataclass, its bases' first, with the modules that they stand in."""
    (found,) = (node for node in _source(module)[0].body if isinstance(node, ast.ClassDef) and node.name == name)
    fields: dict[str, tuple[str, ast.AnnAssign]] = {}
    for base in found.bases:
        fields |= _fields(_home(module, ast.unparse(base)), ast.unparse(base))
    own = (node for node in found.body if isinstance(node, ast.AnnAssign))
    return fields | {ast.unparse(node.target): (module, node) for node in own}


def _home(module: str, name: str) -> str:
    """The module that a name of this one comes from, through packages that only pass it on."""
    for node in _source(module)[0].body:
        if isinstance(node, ast.ImportFrom) and node.module and any(each.name == name for each in node.names):
            return _home(node.module, name)
    return module


def _kind(module: str, annotation: ast.expr) -> Any:
    """An annotation as the object it means: a plain type, a tuple of them, or the choices behind a name."""
    if isinstance(annotation, ast.Name):
        if annotation.id in _PLAIN:
            return _PLAIN[annotation.id]
        home = _home(module, annotation.id)
        for node in _source(home)[0].body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == annotation.id:
                return _kind(home, node.value)
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        if ast.unparse(annotation.value) == "Literal":
            return Literal[tuple(ast.literal_eval(annotation.slice))]  # pyright: ignore[reportReturnType]  # from data
        if ast.unparse(annotation.value) == "tuple":
            return tuple[_kind(module, annotation.slice.elts[0]), ...]  # pyright: ignore[reportInvalidTypeForm]  # same
    raise ValueError(f"{module} annotates a setting with {ast.unparse(annotation)}, which has no words here")


def _comment(module: str, node: ast.AnnAssign) -> str:
    """What is said of a field: in the lines directly above it that are comments alone, and beside it."""
    _, alone, beside = _source(module)
    first = node.lineno
    while first - 1 in alone:
        first -= 1
    above = [alone[line] for line in range(first, node.lineno)]
    within = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return " ".join([*above, *(words[line] for line in within for words in (alone, beside) if line in words)])


@cache
def _source(module: str) -> tuple[ast.Module, dict[int, str], dict[int, str]]:
    """A module's tree and, by the numbers of their lines, its comments that stand alone and those beside code."""
    path = ROOT.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else Path(f"{path}.py")
    text = file.read_text(encoding="utf-8")
    alone: dict[int, str] = {}
    beside: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            words = beside if token.line[:column].strip() else alone
            words[line] = token.string.removeprefix("#").strip()
    return ast.parse(text), alone, beside
