"""What a job would need, for a dry run: asked of a short process of the backend's environment, where there is one."""

from __future__ import annotations

import json
import subprocess

from .. import errors, protocol
from ..environment import Environment
from ..errors import BackendCrashed, DreamFusionError, ModelMissing
from ..job import JobSpec
from ..paths import ROOT
from ..processes import last_line
from .output import Output


def look_ahead(spec: JobSpec, environment: Environment, output: Output) -> None:
    """Say what the job would need, on standard error; standard output is the job's alone.

    Raises what would keep the job from starting, but for a model that is not here yet.
    """
    if environment.problem() is not None:
        output.warn("what the job would need is not known before the backend is installed")
        return
    command = environment.command("backend.preflight")
    asked = json.dumps(spec.to_json()).encode()
    done = subprocess.run(command, cwd=ROOT, env=environment.variables(), input=asked, capture_output=True)
    try:
        event = protocol.decode(done.stdout.strip().rpartition(b"\n")[2])
    except DreamFusionError as error:
        last = last_line(done.stderr, "no output")
        raise BackendCrashed(f"The backend could not say what the job would need: {last}") from error
    if event["type"] == "error":
        error = errors.from_event(event)
        if not isinstance(error, ModelMissing):  # generate would fetch it, or say what helps
            raise error
        output.warn(f"what the job would need is not known: {error.message}")
        return
    output.data(event)
    output.aside(str(event.get("message")))
