"""What jobs and their inputs are called, and which folder a name means."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from pathlib import Path

from ..errors import JobMissing
from ..paths import jobs_folder


def slug(prompt: str) -> str:
    """A prompt as a file name: lower-case ASCII words joined by hyphens, at most 60 characters."""
    ascii_text = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text)[:60].strip("-") or "job"


def fingerprint(inputs: bytes | None) -> str:
    """What a spec calls the content of its inputs.npz; empty for none."""
    return "" if inputs is None else hashlib.sha256(inputs).hexdigest()


def free_id(root: Path) -> str:
    """A job's id that no other job here has: children name their parents by it."""
    while True:
        identifier = secrets.token_hex(3)
        if not any(root.glob(f"*-{identifier}")):
            return identifier


def with_id(identifier: str, root: Path) -> Path | None:
    """The folder under `root` of the job with this id, if it is there."""
    if not identifier.isalnum():  # an id may come out of anybody's .blend file
        return None
    return next((path for path in root.glob(f"*-{identifier}") if path.is_dir()), None)


def named(path: str | Path) -> Path:
    """An existing folder as it is given, or the one among the user's jobs that has this in its name.

    Raises JobMissing when there is none, or more than one, or when nothing is named.
    """
    if not str(path).strip():  # which a Path would take for the present folder
        raise JobMissing(f"No job is named: give its folder, or its name in {jobs_folder()}")
    as_given = Path(path).expanduser()
    if os.path.isdir(as_given):  # where Path's own may raise: for a name that is too long, or a folder that is closed
        return as_given.absolute()
    root = jobs_folder()
    if as_given.name == str(path) and root.is_dir():
        matches = sorted(each for each in root.iterdir() if each.is_dir() and str(path) in each.name)
        matches = [each for each in matches if each.name == str(path)] or matches
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise JobMissing(f"{path} could be any of: {', '.join(each.name for each in matches)}")
    raise JobMissing(f"There is no job {path} (looked here and in {root})")
