"""Ways to come by assets: a preset with changes, the true shapes themselves, or a folder of GLBs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from dreamfusion_blender.job import Override
from dreamfusion_blender.setting_values import read_value
from dreamfusion_blender.store import slug

__all__ = ["TRUTH", "Method", "read_override"]


@dataclass(frozen=True)
class Method:
    """A name to be shown, and what it stands for: a preset, unless it is the truth or a folder of GLBs."""

    name: str
    preset: str = ""
    steps: int | None = None  # instead of the preset's own
    views: str = "auto"
    prior: str = "toybox"
    overrides: dict[str, Override] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def key(self) -> str:
        """Part of a folder's name: its own, and a hash of all that decides what its assets look like."""
        facts = json.dumps(self.to_json(), sort_keys=True)
        return f"{slug(self.name)}-{hashlib.sha256(facts.encode()).hexdigest()[:6]}"

    @property
    def settings(self) -> dict[str, Any]:
        """For `generate`."""
        given = {"preset": self.preset, "views": self.views, "prior": self.prior, "overrides": dict(self.overrides)}
        return given if self.steps is None else {**given, "steps": self.steps}

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "folder": None if self.folder is None else str(self.folder.resolve())}


TRUTH: Final = Method("truth")
"""The toybox's own shapes, other ones than those that assets are compared with: the best that any method can be."""


def read_override(word: str, usage: str) -> tuple[str, Override]:
    """A setting's name and its value, as --set takes them; usage: what it says of itself."""
    name, equals, value = word.partition("=")
    if not equals:
        raise SystemExit(f"--set takes {usage}, not {word!r}")
    return name, read_value(value)
