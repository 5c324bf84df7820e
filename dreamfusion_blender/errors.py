"""Errors a person can act on: a message, a stable code, an exit code, and where one exists a remedy.

Every error the product raises on purpose is a `DreamFusionError`. The command line prints its message and the
command that helps, the panel draws the message and the button; nobody catches it in between. An error crosses from
the backend process to its client as a plain dict (`to_event`, `from_event`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Remedy:
    """What helps: a label for a button or a sentence, and the operator or the command that does it."""

    label: str
    operator: str | None = None
    command: str | None = None
    model: str | None = None  # the one that the operator is to work on


class DreamFusionError(Exception):
    """Base of all errors raised on purpose. `code` is stable; `exit_code` is what the command line ends with."""

    code: ClassVar[str] = "unexpected"
    exit_code: ClassVar[int] = 1
    usual_remedy: ClassVar[Remedy | None] = None

    def __init__(self, message: str, remedy: Remedy | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy if remedy is not None else self.usual_remedy

    def to_event(self) -> dict[str, Any]:
        """The error as a JSON-able dict {"code", "message", "remedy"}."""
        remedy = None if self.remedy is None else asdict(self.remedy)
        return {"code": self.code, "message": self.message, "remedy": remedy}


class BadSpec(DreamFusionError):
    """A setting of a job is out of its range, of a wrong type, or unknown."""

    code, exit_code = "bad_spec", 2


class UnknownPreset(BadSpec):
    """No preset has this name."""

    code = "unknown_preset"


class UnknownPrior(BadSpec):
    """No prior has this name."""

    code = "unknown_prior"


class NothingKnown(DreamFusionError):
    """The prior knows no word of the prompt that means a thing or a colour."""

    code, exit_code = "nothing_known", 3
    usual_remedy = Remedy("List the words it knows", command="python3 -m dreamfusion_blender priors --words")


class BackendMissing(DreamFusionError):
    """The backend's environment is not installed."""

    code, exit_code = "backend_missing", 10
    usual_remedy = Remedy(
        "Install Backend",
        operator="dreamfusion.install_backend",
        command="python3 -m dreamfusion_blender doctor --install",
    )


class PythonMissing(DreamFusionError):
    """No Python that the backend can run on was found."""

    code, exit_code = "python_missing", 11


class InstallFailed(DreamFusionError):
    """Installing the backend's environment stopped half-way; the next try repairs it."""

    code, exit_code = "install_failed", 12
    usual_remedy = Remedy(
        "Install again (repairs what is half done)",
        operator="dreamfusion.install_backend",
        command="python3 -m dreamfusion_blender doctor --install",
    )


class RemovalRefused(DreamFusionError):
    """What was to be removed is in use, or was made by somebody else, and stays as it is."""

    code, exit_code = "removal_refused", 13


class BackendCrashed(DreamFusionError):
    """The backend's process ended on its own in the middle of a job."""

    code, exit_code = "backend_crashed", 20


class BackendHung(DreamFusionError):
    """The backend's process gave no sign of life for too long and was ended."""

    code, exit_code = "backend_hung", 21


class ProtocolMismatch(DreamFusionError):
    """The other side speaks another version of the protocol, or something that is no message at all."""

    code, exit_code = "protocol_mismatch", 22


class OutOfMemory(DreamFusionError):
    """The job did not fit into the device's memory."""

    code, exit_code = "out_of_memory", 23


_RESTORE_WEIGHTS = Remedy("Install the extension again, or restore the files in backend/priors from the repository")


class WeightsMissing(DreamFusionError):
    """A prior's weight files are not there."""

    code, exit_code = "weights_missing", 24
    usual_remedy = _RESTORE_WEIGHTS


class WeightsDamaged(DreamFusionError):
    """A prior's weight files are not the ones they should be (wrong hash or unreadable)."""

    code, exit_code = "weights_damaged", 25
    usual_remedy = _RESTORE_WEIGHTS


class JobMissing(DreamFusionError):
    """There is no job folder of this name."""

    code, exit_code = "job_missing", 30
    usual_remedy = Remedy("List the jobs", command="python3 -m dreamfusion_blender jobs")


class JobForeign(DreamFusionError):
    """The folder is not one of our job folders; nothing in it is touched."""

    code, exit_code = "job_foreign", 31


class JobDamaged(DreamFusionError):
    """A file of the job folder is truncated or unreadable."""

    code, exit_code = "job_damaged", 32


class JobNewer(DreamFusionError):
    """The job was made by a newer version."""

    code, exit_code = "job_newer", 33


class JobLocked(DreamFusionError):
    """Another process is working on this job."""

    code, exit_code = "job_locked", 34


class CheckpointDamaged(DreamFusionError):
    """The job's checkpoint cannot be read."""

    code, exit_code = "checkpoint_damaged", 35
    usual_remedy = Remedy("Begin the job again", command="python3 -m dreamfusion_blender resume --restart JOB")


class OutputUnwritable(DreamFusionError):
    """A place where something was to be written cannot be written to."""

    code, exit_code = "output_unwritable", 40


class DiskFull(DreamFusionError):
    """The disk (or a quota, or a size limit) left no room; what was there before is untouched."""

    code, exit_code = "disk_full", 41


class BlenderMissing(DreamFusionError):
    """A .blend file was asked for and no Blender was found to write it."""

    code, exit_code = "blender_missing", 42


class FileNotSaved(DreamFusionError):
    """The .blend file has no place on the disk yet, beside which something would have to be written."""

    code, exit_code = "file_not_saved", 43
    usual_remedy = Remedy("Save the File", operator="wm.save_mainfile")


class EmptyField(DreamFusionError):
    """The optimised field holds nothing that a mesh could be cut from."""

    code, exit_code = "empty_field", 50


class Diverged(DreamFusionError):
    """The optimisation ran into values that are not numbers."""

    code, exit_code = "diverged", 51


class ModelMissing(DreamFusionError):
    """The chosen model is not on this machine, or only half of it."""

    code, exit_code = "model_missing", 70


class ModelUnusable(DreamFusionError):
    """What is there is no model that can be used: of no known family, incomplete, damaged, or a pickle."""

    code, exit_code = "model_unusable", 71


class NetworkNotAllowed(DreamFusionError):
    """Something would have to be downloaded, and nobody allowed it."""

    code, exit_code = "network_not_allowed", 72
    usual_remedy = Remedy(
        "Allow Online Access in Blender's Preferences > System > Network; on the command line say --allow-network, "
        "or set DREAMFUSION_ALLOW_NETWORK=1"
    )


class ModelGated(DreamFusionError):
    """The model's owner gives it only to those who accepted its licence, and this user is not known as one."""

    code, exit_code = "model_gated", 73


class DownloadFailed(DreamFusionError):
    """A download stopped half-way; the next try goes on with what is there."""

    code, exit_code = "download_failed", 74


class RowsFailed(DreamFusionError):
    """Some rows of a batch failed; the others are done."""

    code, exit_code = "rows_failed", 60


class Cancelled(DreamFusionError):
    """The user stopped the job; what was reached is kept."""

    code, exit_code = "cancelled", 130


def _descendants(cls: type[DreamFusionError]) -> list[type[DreamFusionError]]:
    return [cls, *(each for child in cls.__subclasses__() for each in _descendants(child))]


def error_classes() -> dict[str, type[DreamFusionError]]:
    """All error classes by their code."""
    return {cls.code: cls for cls in _descendants(DreamFusionError)}


def from_event(event: dict[str, Any]) -> DreamFusionError:
    """The error that `to_event` described; an unknown code (a newer backend's) becomes a plain DreamFusionError."""
    cls = error_classes().get(str(event.get("code")), DreamFusionError)
    remedy = event.get("remedy")
    return cls(str(event.get("message", "No message")), Remedy(**remedy) if isinstance(remedy, dict) else None)
