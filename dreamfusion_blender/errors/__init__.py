"""Errors a person can act on: a message, a stable code, an exit code, and where one exists a remedy.

Every error the product raises on purpose is a `DreamFusionError`. The command line prints its message and the
command that helps, the panel draws the message and the button; nobody catches it in between. An error crosses from
the backend process to its client as a plain dict (`to_event`, `from_event`).
"""

from __future__ import annotations

from .base import DreamFusionError, Remedy, error_classes, from_event, own_command
from .folder import CheckpointDamaged, JobDamaged, JobForeign, JobLocked, JobMissing, JobNewer
from .installation import BackendMissing, InstallFailed, PythonMissing, RemovalRefused
from .output import BlenderMissing, DiskFull, FileNotSaved, OutputUnwritable
from .request import BadSpec, Cancelled, NothingKnown, RowsFailed, UnknownPreset, UnknownPrior
from .run import BackendCrashed, BackendHung, DeviceLost, Diverged, EmptyField, OutOfMemory, ProtocolMismatch
from .weights import (
    DownloadFailed,
    ModelGated,
    ModelMissing,
    ModelUnusable,
    NetworkNotAllowed,
    WeightsDamaged,
    WeightsMissing,
)

__all__ = [
    "BackendCrashed",
    "BackendHung",
    "BackendMissing",
    "BadSpec",
    "BlenderMissing",
    "Cancelled",
    "CheckpointDamaged",
    "DeviceLost",
    "DiskFull",
    "Diverged",
    "DownloadFailed",
    "DreamFusionError",
    "EmptyField",
    "FileNotSaved",
    "InstallFailed",
    "JobDamaged",
    "JobForeign",
    "JobLocked",
    "JobMissing",
    "JobNewer",
    "ModelGated",
    "ModelMissing",
    "ModelUnusable",
    "NetworkNotAllowed",
    "NothingKnown",
    "OutOfMemory",
    "OutputUnwritable",
    "ProtocolMismatch",
    "PythonMissing",
    "Remedy",
    "RemovalRefused",
    "RowsFailed",
    "UnknownPreset",
    "UnknownPrior",
    "WeightsDamaged",
    "WeightsMissing",
    "error_classes",
    "from_event",
    "own_command",
]
