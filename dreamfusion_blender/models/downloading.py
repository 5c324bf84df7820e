"""Downloading a model: the process of the backend's environment that does it, followed, and stopped when asked to.

The network is used only where the user allowed it, and only here: a job itself always runs offline.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable
from typing import Any

from ..environment import Environment, InstallProgress
from ..errors import Cancelled, DownloadFailed, DreamFusionError, NetworkNotAllowed, Remedy, from_event
from ..paths import ROOT
from ..processes import follow
from ..variables import ALLOW_NETWORK
from .library import find_model
from .reference import Reference, read_download
from .resolving import fetching

MODULE = "backend.download"

Report = Callable[[InstallProgress], None]
Stop = Callable[[], bool]


def network_allowed(said: bool = False) -> bool:
    """Whether the user allowed the network: with --allow-network, or with DREAMFUSION_ALLOW_NETWORK=1."""
    return said or os.environ.get(ALLOW_NETWORK) == "1"


def download(
    name: str,
    environment: Environment,
    allowed: bool,
    on_progress: Report,
    should_stop: Stop = lambda: False,
) -> None:
    """Download a model into the models folder, or go on with it; do nothing when it is here.

    name: of the catalogue, of a fast encoder, or owner/name on the hub.  allowed: whether the user lets this go online.
    Raises UnknownPrior, NetworkNotAllowed, BackendMissing, ModelGated, ModelUnusable, DiskFull, OutputUnwritable,
    DownloadFailed, or Cancelled. What is then half done is gone on with by the next try.
    """
    reference = read_download(name)
    if reference.repository is None or find_model(reference.repository) is not None:
        return
    if not allowed:
        raise NetworkNotAllowed(f"Downloading {name}{reference.size_words} needs the network, which is not allowed")
    _run(reference.repository, reference, environment, on_progress, should_stop)


def _run(
    repository: str,
    reference: Reference,
    environment: Environment,
    on_progress: Report,
    should_stop: Callable[[], bool],
) -> None:
    said: deque[str] = deque(maxlen=12)
    failures: list[DreamFusionError] = []

    def on_line(line: str) -> None:
        event = _event(line)
        if event is None:
            said.append(line)
        elif event["type"] == "progress":
            on_progress(InstallProgress(str(event.get("message")), float(event.get("fraction") or 0.0)))
        elif event["type"] == "error":
            failures.append(from_event(event))

    command = environment.command(MODULE, repository)
    code = follow(command, on_line, should_stop, variables=environment.variables(online=True), folder=ROOT)
    if code is None:
        raise Cancelled(f"The download of {reference.text} was stopped; the next try goes on with what is there")
    if failures:
        raise failures[0]
    if code:
        lines = "\n  ".join(line for line in said if line.strip())
        raise DownloadFailed(f"The download of {reference.text} ended (exit code {code}):\n  {lines}", again(reference))


def again(reference: Reference) -> Remedy:
    """Going on with a download."""
    return Remedy("Try again (goes on with what is there)", **fetching(reference))


def _event(line: str) -> dict[str, Any] | None:
    """A line of the process as a message; None for what some library printed."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("type"), str) else None
