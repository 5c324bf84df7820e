"""The backend is not installed, or cannot be."""

from __future__ import annotations

from .base import DreamFusionError, Remedy, own_command


class BackendMissing(DreamFusionError):
    """The backend's environment is not installed."""

    code, exit_code = "backend_missing", 10
    usual_remedy = Remedy(
        "Install Backend",
        operator="dreamfusion.install_backend",
        command=own_command("doctor", "--install"),
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
        command=own_command("doctor", "--install"),
    )


class RemovalRefused(DreamFusionError):
    """What was to be removed is in use, or was made by somebody else, and stays as it is."""

    code, exit_code = "removal_refused", 13
