"""Finds what the interface says, by reading the source: every text of panels and operators, every message of the rest.

A text made with values comes as its template, with `{}` for each value. A value that is one of a few texts (`"s" if
many else ""`, or a name that the same function gives such a text) makes one template for each of them.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VALUE = "{}"

SPEAKING_FILES = (
    "client_errors.py",
    "contract.py",
    "environment.py",
    "installing.py",
    "preflight.py",
    "quality.py",
    "shelf.py",
    "vocabulary.py",
    "watch.py",
)
"""Files of the core whose texts all end up in the interface; elsewhere only errors and what is emitted do."""

SAYING = {"Remedy", "InstallProgress", "stage", "on_stage", "report"}
"""Calls, errors apart, whose texts the interface shows."""

NOT_SAYING = {"startswith", "TypeVar", "Path", "getattr"}
"""Calls whose texts nobody reads."""

FOR_PROGRAMMERS = {"ValueError", "TypeError", "RuntimeError", "AttributeError", "KeyError"}

Finder = Callable[[Path, ast.Module], Iterator[tuple[ast.expr, ast.AST]]]

MOST = 12  # alternatives of one text; beyond, its values stay values


def of_interface() -> dict[str, str]:
    """What panels and operators say, and where."""
    return _collected(("panels", "operators"), lambda path, tree: _all_texts(tree))


def of_messages() -> dict[str, str]:
    """What the core and the backend say to whoever sits before the panel, and where."""

    def find(path: Path, tree: ast.Module) -> Iterator[tuple[ast.expr, ast.AST]]:
        return _all_texts(tree) if path.name in SPEAKING_FILES else _said_texts(tree)

    return _collected(("dreamfusion_blender", "backend"), find)


def _collected(folders: tuple[str, ...], find: Finder) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "command_line" in path.parts:
                continue
            for node, function in find(path, ast.parse(path.read_text(encoding="utf-8"))):
                for text in _templates(node, function):
                    if _is_words(text):
                        found.setdefault(text, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def _all_texts(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.AST]]:
    """Every text with the function that it is in; neither docstrings nor what is raised for programmers."""
    for function, body in _functions(tree):
        for statement in body:
            if not (isinstance(function, ast.Module) and _is_private(statement)):
                yield from ((node, function) for node in _texts(statement, function))


def _said_texts(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.AST]]:
    """The texts of errors, of remedies, of stages and of events, with the function that each is in."""
    for function, body in _functions(tree):
        for node in itertools.chain.from_iterable(_inside(statement) for statement in body):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                said = [] if _called(node.exc) in FOR_PROGRAMMERS else [node.exc]
            elif isinstance(node, ast.Call) and (_called(node) in SAYING or _called(node) in _errors()):
                said = [*node.args, *(each.value for each in node.keywords if each.arg != "command")]
            elif isinstance(node, ast.Dict):
                keys = [each.value if isinstance(each, ast.Constant) else None for each in node.keys]
                pairs = dict(zip(keys, node.values, strict=True))
                said = [pairs[key] for key in ("message", "label") if key in pairs]
            else:
                continue
            for each in said:
                yield from ((text, function) for text in _texts(each, function))
                names = each.args if isinstance(each, ast.Call) else [each]
                yield from ((name, function) for name in names if isinstance(name, ast.Name))


def _functions(tree: ast.Module) -> Iterator[tuple[ast.AST, list[ast.stmt]]]:
    """Every function, class and the module, with its simple statements."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)):
            body = node.body
            if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
                body = body[1:]
            yield node, [each for each in body if not isinstance(each, (ast.FunctionDef, ast.ClassDef))]


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all in it, without functions and classes, which have their own turn."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef)):
            yield from _inside(child)


def _texts(node: ast.AST, function: ast.AST) -> Iterator[ast.expr]:
    """The outermost texts in a node, and those inside their values that are not among their templates."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) or _called(node) in NOT_SAYING | FOR_PROGRAMMERS:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring below a constant
    if isinstance(node, ast.Assign) and _is_part(node.targets[0], function) and _choices(node.value, function):
        return
    if isinstance(node, (ast.JoinedStr, ast.Constant)):
        yield node
    for child in ast.iter_child_nodes(node):
        is_piece = isinstance(child, ast.Constant) or (
            isinstance(child, ast.FormattedValue) and _choices(child.value, function)
        )
        if not (isinstance(node, ast.JoinedStr) and is_piece):
            yield from _texts(child, function)


def _is_part(target: ast.expr, function: ast.AST) -> bool:
    """Whether a name is read inside other texts alone, whose templates have it."""
    if not isinstance(target, ast.Name):
        return False
    inside = {id(name) for text in ast.walk(function) if isinstance(text, ast.JoinedStr) for name in ast.walk(text)}
    reads = [each for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)]
    places = [id(each) for each in reads if each.id == target.id]
    return bool(places) and inside.issuperset(places)


def _is_private(statement: ast.stmt) -> bool:
    """Whether it is a constant of the module's own, such as what other programs say."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return any(isinstance(each, ast.Name) and each.id.startswith("_") for each in targets)


def _templates(node: ast.expr, function: ast.AST) -> list[str]:
    """What a text can be."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        parts = [_part(each, function) for each in node.values]
        if math.prod(map(len, parts)) > MOST:
            parts = [_part(each, None) for each in node.values]
        return ["".join(each) for each in itertools.product(*parts)]
    return _choices(node, function) or []


def _part(node: ast.expr, function: ast.AST | None) -> list[str]:
    """What a part of an f-string can be; without its function a value is just that."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if function is None or not isinstance(node, ast.FormattedValue) or node.conversion != -1:
        return [VALUE]
    return _choices(node.value, function) or [VALUE]


def _choices(node: ast.expr, function: ast.AST) -> list[str] | None:
    """The few texts that an expression can be; None where it can be others."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return _templates(node, function)
    if isinstance(node, ast.IfExp):
        return _joined([_choices(each, function) for each in (node.body, node.orelse)])
    if isinstance(node, ast.Name) and isinstance(function, ast.FunctionDef):
        given = [
            each.value
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and [getattr(to, "id", "") for to in each.targets] == [node.id]
        ]
        if not given or any(node.id in _names(each) for each in given):
            return None
        return _joined([_choices(each, function) for each in given])
    return None


def _joined(choices: list[list[str] | None]) -> list[str] | None:
    """All of them; None where one is unknown."""
    known = [each for each in choices if each is not None]
    return [text for each in known for text in each] if len(known) == len(choices) else None


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _called(node: ast.AST | None) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _errors() -> set[str]:
    files = (ROOT / "dreamfusion_blender" / "errors").glob("*.py")
    bodies = [ast.parse(file.read_text(encoding="utf-8")).body for file in files]
    return {each.name for body in bodies for each in body if isinstance(each, ast.ClassDef)}


def _is_words(text: str) -> bool:
    """Whether somebody is meant to read it: no identifier, no icon's name, no path, no command, no pattern."""
    bare = text.replace(VALUE, " ").strip()
    if bare.startswith(("python3 -m", "--set")) or "\\" in bare or ("dreamfusion." in bare and " " not in bare):
        return False
    words = re.findall(r"[A-Za-z]{2,}", bare)
    is_sentence = " " in text.strip() and (len(words) >= 2 or VALUE in text)
    is_title = bool(re.fullmatch(r"[A-Z][a-z]+([ -][A-Za-z]+)*:?", bare))
    return bool(words) and (is_sentence or is_title) and not bare.isupper()
