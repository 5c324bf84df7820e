"""What jobs needed on this machine, kept in the user's cache folder: memory at the most, and seconds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dreamfusion_blender.files import atomic_write, explaining
from dreamfusion_blender.paths import measurements_file

if TYPE_CHECKING:
    from backend.presets import Preset
    from dreamfusion_blender.job import JobSpec

__all__ = ["Measured", "Table", "asked_of", "workload"]

MOST: Final = 500  # entries, the oldest of which make room


@dataclass(frozen=True)
class Measured:
    """peak: bytes of the device that the process had at the most, all it had loaded included.

    call, step: seconds that a call of the prior takes, and a step without one.  steps: how many were measured.
    """

    peak: int
    call: float
    step: float
    steps: int


def asked_of(spec: JobSpec) -> str:
    """A job's prior and what is asked of it, as `workload` takes it.

    A job that goes on from another's field draws no first pictures, and a restyling's shape learns nothing: they need
    less than what they were made of, and are no measure for that.
    """
    origin = spec.origin
    relation = f" {origin.relation}" if origin is not None and origin.starts_from_parent else ""
    return f"{spec.prior} {spec.prior_options}{relation}"


def workload(preset: Preset, prior: str, views: int, device: str) -> str:
    """A name for jobs that need alike: all settings but how long they take, the prior, and the device.

    prior: its name, and what is asked of it, see asked_of.
    """
    parts = asdict(preset)
    for name in ("label", "good_for", "stop"):
        del parts[name]
    parts["stages"] = [stage.objective for stage in preset.stages]
    del parts["memory"]["cap_gb"]
    facts = json.dumps([parts, prior, views], sort_keys=True)
    return f"{device} | {prior.split()[0]} | {hashlib.sha256(facts.encode()).hexdigest()[:16]}"


class Table:
    """One file. Two processes that write at the same time keep it whole, and one of the two entries."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or measurements_file()

    def find(self, name: str) -> Measured | None:
        """What was measured of such a job."""
        entry = self._read().get(name)
        try:
            return None if entry is None else Measured(**entry)
        except TypeError:  # another version's
            return None

    def record(self, name: str, measured: Measured) -> None:
        """Keep the newest measurement. Raises DiskFull or OutputUnwritable."""
        table = self._read()
        table.pop(name, None)  # to the end
        table[name] = asdict(measured)
        kept = dict(list(table.items())[-MOST:])
        with explaining(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(self.path, json.dumps(kept, indent=1))

    def _read(self) -> dict[str, Any]:
        try:
            table = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there yet, or damaged: it is only a cache
            return {}
        return table if isinstance(table, dict) else {}
