"""Counts, inside a Blender, how often each operator of the extension was called: a click that was missed calls none."""

from __future__ import annotations

import itertools
from collections import Counter
from importlib import import_module
from typing import Any

called: Counter[str] = Counter()  # by the operator's name, such as dreamfusion.start
numbers = itertools.count()  # of the states that are written


def note(module: str) -> None:
    """Count from now on.  module: the extension's."""
    for each in import_module(f"{module}.operators")._CLASSES:
        name = getattr(each, "bl_idname", "")
        if name.startswith("dreamfusion."):
            each.execute = _executed(each.execute, name)
            if hasattr(each, "invoke"):
                each.invoke = _invoked(each.invoke, name)


# Blender gives a function as many arguments as it names.


def _executed(execute: Any, name: str) -> Any:
    def counted(self: Any, context: Any) -> Any:
        called[name] += 1
        return execute(self, context)

    return counted


def _invoked(invoke: Any, name: str) -> Any:
    def counted(self: Any, context: Any, event: Any) -> Any:
        called[name] += 1
        return invoke(self, context, event)

    return counted
