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
        for method in ("invoke", "execute"):
            if name.startswith("dreamfusion.") and hasattr(each, method):
                setattr(each, method, _counted(getattr(each, method), name))


def _counted(original: Any, name: str) -> Any:
    def counting(*arguments: Any) -> Any:
        called[name] += 1
        return original(*arguments)

    return counting
