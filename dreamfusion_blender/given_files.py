"""Mesh files as what a job is given, read by the backend's environment, which has the libraries. Standard library."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from . import protocol
from .environment import Environment
from .errors import BadSpec, from_event
from .paths import ROOT
from .processes import last_line

__all__ = ["read_files"]


def read_files(files: Mapping[str, str | Path], environment: Environment) -> tuple[bytes, float]:
    """The content of inputs.npz for mesh files by what they are for ("start", "may", "must"), and its size in metres.

    Raises BadSpec for a file that is none, BackendMissing.
    """
    paths = {kind: str(Path(path).expanduser().absolute()) for kind, path in files.items()}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "inputs.npz"
        command = environment.command("backend.read_mesh", json.dumps(paths), str(target))
        done = subprocess.run(
            command, cwd=ROOT, env=environment.variables(), stdin=subprocess.DEVNULL, capture_output=True
        )
        lines = done.stdout.splitlines()
        ending = protocol.decode(lines[-1]) if lines else {}
        if ending.get("type") == "error":
            raise from_event(ending)
        if done.returncode != 0 or not target.is_file():
            raise BadSpec(f"The mesh files could not be read: {last_line(done.stderr, 'no reason was given')}")
        return target.read_bytes(), float(ending["size"])
