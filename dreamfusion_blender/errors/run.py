"""What happens to the backend's process and to the run in it."""

from __future__ import annotations

from .base import DreamFusionError


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


class DeviceLost(DreamFusionError):
    """The GPU stopped answering; the backend's process ends, since it cannot use it any more."""

    code, exit_code = "device_lost", 26


class EmptyField(DreamFusionError):
    """The optimised field holds nothing that a mesh could be cut from."""

    code, exit_code = "empty_field", 50


class Diverged(DreamFusionError):
    """The optimisation ran into values that are not numbers."""

    code, exit_code = "diverged", 51
