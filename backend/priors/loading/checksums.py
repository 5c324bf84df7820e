"""Weights that ship with the extension are checked before they are loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dreamfusion_blender.errors import WeightsDamaged, WeightsMissing

__all__ = ["verify"]

_AGAIN = "Install the extension again"


def verify(folder: Path) -> None:
    """Compare every file named in `folder`/SHA256SUMS with its hash.

    Raises WeightsMissing or WeightsDamaged, naming the first file that is missing or different.
    """
    sums = folder / "SHA256SUMS"
    if not sums.is_file():
        raise WeightsMissing(f"The list of the prior's files is missing: {sums}. {_AGAIN}")
    for line in sums.read_text(encoding="utf-8", errors="replace").splitlines() or [""]:
        expected, _, name = line.partition("  ")
        if not name:
            raise WeightsDamaged(f"The list of the prior's files is damaged: {sums}. {_AGAIN}")
        path = folder / name
        if not path.is_file():
            raise WeightsMissing(f"A file of the prior is missing: {path}. {_AGAIN}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise WeightsDamaged(f"A file of the prior is not the one that was shipped: {path}. {_AGAIN}")
