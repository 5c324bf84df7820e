"""What the quality report of an object's job says, looked up now and then and not at each drawing."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..dreamfusion_blender.errors import DreamFusionError
from ..dreamfusion_blender.quality import Finding, findings_of
from ..dreamfusion_blender.store import find_job

FRESH_SECONDS = 3.0  # another program may cut the mesh, too


@dataclass(frozen=True)
class Shelf:
    """What was found, or why nothing was."""

    findings: list[Finding]
    error: DreamFusionError | None
    looked: float  # time.monotonic


_known: dict[str, Shelf] = {}


def quality_of(identifier: str) -> Shelf:
    """The findings of the job of this id."""
    known = _known.get(identifier)
    if known is None or time.monotonic() - known.looked > FRESH_SECONDS:
        try:
            known = Shelf(findings_of(find_job(identifier)), None, time.monotonic())
        except DreamFusionError as error:
            known = Shelf([], error, time.monotonic())
        _known.clear()  # one object is looked at at a time
        _known[identifier] = known
    return known


def forget_quality() -> None:
    """Look again the next time."""
    _known.clear()
