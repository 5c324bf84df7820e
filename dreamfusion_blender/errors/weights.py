"""Priors and models: not there, not usable, not to be had."""

from __future__ import annotations

from .base import DreamFusionError, Remedy

_RESTORE_WEIGHTS = Remedy("Install the extension again, or restore the files in backend/priors from the repository")


class WeightsMissing(DreamFusionError):
    """A prior's weight files are not there."""

    code, exit_code = "weights_missing", 24
    usual_remedy = _RESTORE_WEIGHTS


class WeightsDamaged(DreamFusionError):
    """A prior's weight files are not the ones they should be (wrong hash or unreadable)."""

    code, exit_code = "weights_damaged", 25
    usual_remedy = _RESTORE_WEIGHTS


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
