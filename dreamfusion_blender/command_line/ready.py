"""What a command has to have before it works: the backend's environment, and the models that its jobs want."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from ..environment import Environment
from ..errors import ModelMissing
from ..machine import usual_device
from ..models import require
from ..models.downloading import download, network_allowed
from .output import Output


def ready_environment(options: argparse.Namespace, output: Output, device: str) -> Environment:
    """The backend's environment, made on first use."""
    environment = Environment(options.env)
    environment.install(output.install, usual_device(device))
    return environment


def missing_models(names: Iterable[str], allowed: bool) -> list[str]:
    """Those of the models, priors and fast encoders, that have to be downloaded first.

    Raises ModelMissing where there is one and the user does not allow the network, before anything is made for it.
    """
    missing: list[str] = []
    for name in dict.fromkeys(names):
        try:
            require(name)
        except ModelMissing:
            if not allowed:
                raise
            missing.append(name)
    return missing


def download_models(names: Iterable[str], environment: Environment, output: Output) -> None:
    """Download models, as the user allowed."""
    for name in names:
        download(name, environment, True, output.install)


def is_online(options: argparse.Namespace) -> bool:
    """Whether this command may use the network."""
    return network_allowed(options.allow_network)
