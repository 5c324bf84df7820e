"""The job folder: one job's spec, state, events and results on disk. Whoever dies, the job goes on from here."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import platform
import re
import secrets
import tempfile
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from .errors import BadSpec, DreamFusionError, JobDamaged, JobForeign, JobLocked, JobMissing, JobNewer
from .filelock import held, is_held
from .files import atomic_write, explaining, share
from .job import JobSpec
from .paths import jobs_folder
from .version import VERSION

FORMAT: Final = "dreamfusion_blender job"
FOLDER_VERSION: Final = 1
START: Final = "start.safetensors"

STATUSES: Final = ("queued", "running", "finished", "cancelled", "paused", "failed", "interrupted")


class JobFolder:
    """A job's folder. The files' names are part of the interface: see the properties."""

    def __init__(self, path: Path, spec: JobSpec, header: dict[str, Any]) -> None:
        self.path = path
        self.spec = spec
        self.header = header  # id, created, versions: as in job.json

    @classmethod
    def create(
        cls,
        spec: JobSpec,
        root: Path | None = None,
        parent: JobFolder | None = None,
        inputs: bytes | None = None,
    ) -> JobFolder:
        """Make the folder for a new job under `root` (default: the user's jobs folder).

        parent: where the job's origin lies, if not under `root`. A job that begins with its parent's field keeps what
        it begins with in its own folder, so that it can be made again when the parent is gone.
        inputs: the content of inputs.npz (inputs.py), for a spec that names one; without it the parent's.
        """
        spec.validate()
        root = jobs_folder() if root is None else root
        if inputs is None and spec.inputs and spec.origin is not None:
            inputs = (parent or find_job(spec.origin.job, root)).inputs.read_bytes()
        if spec.inputs != fingerprint(inputs):
            raise BadSpec("inputs names other meshes than are given with the job: pass the content of its inputs.npz")
        state = start_state(spec, root, parent)
        identifier = _free_id(root)
        header: dict[str, Any] = {
            "format": FORMAT,
            "version": FOLDER_VERSION,
            "id": identifier,
            "created": _now(),
            "versions": {"dreamfusion_blender": VERSION, "python": platform.python_version()},
        }
        path = root / f"{slug(spec.prompt)}-{spec.seed}-{identifier}"
        with explaining(path):
            root.mkdir(parents=True, exist_ok=True)
            # Filled under another name first: nobody ever sees a job folder without its job.json.
            with tempfile.TemporaryDirectory(prefix=".new-", dir=root) as temporary:
                filling = Path(temporary) / "job"
                filling.mkdir()
                if state is not None:
                    share(state, filling / START)
                atomic_write(filling / "job.json", _dump({**header, "spec": spec.to_json()}))
                atomic_write(filling / "state.json", _dump({"status": "queued", "changed": _now()}))
                if inputs is not None:
                    atomic_write(filling / "inputs.npz", inputs)
                filling.rename(path)
        return cls(path, spec, header)

    @classmethod
    def open(cls, path: str | Path) -> JobFolder:
        """Open an existing job, given as a folder or as a name (or an unmistakable part of it) in the jobs folder.

        Raises JobMissing, JobForeign, JobDamaged or JobNewer.
        """
        folder = _find(path)
        file = folder / "job.json"
        if not file.is_file():
            raise JobForeign(f"{folder} is not a job folder (it has no job.json)")
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:  # ValueError: broken JSON or broken UTF-8
            raise JobDamaged(f"{file} is damaged: {error}") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise JobForeign(f"{file} was not written by this product")
        version = data.get("version")
        if isinstance(version, int) and version > FOLDER_VERSION:
            raise JobNewer(f"{folder} was made by a newer version of this product: update the product to open it")
        try:
            header = {key: data[key] for key in ("format", "version", "id", "created", "versions")}
            spec = JobSpec.from_json(data["spec"])
        except (KeyError, BadSpec) as error:
            raise JobDamaged(f"{file} is damaged: {error}") from error
        return cls(folder, spec, header)

    @property
    def id(self) -> str:
        return str(self.header["id"])

    @property
    def name(self) -> str:
        """The folder's name, which the command line takes as JOB."""
        return self.path.name

    @property
    def inputs(self) -> Path:
        return self.path / "inputs.npz"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint.safetensors"

    @property
    def start(self) -> Path:
        """What a job begins with that begins with its parent's field: the parent's checkpoint, as it was then."""
        return self.path / START

    @property
    def field(self) -> Path:
        return self.path / "field.npz"

    @property
    def preview(self) -> Path:
        return self.path / "preview.npz"

    @property
    def asset(self) -> Path:
        return self.path / "asset.npz"

    @property
    def albedo(self) -> Path:
        return self.path / "albedo.png"

    @property
    def glb(self) -> Path:
        return self.path / "asset.glb"

    @property
    def turntable(self) -> Path:
        return self.path / "turntable.png"

    @property
    def thumbnail(self) -> Path:
        return self.path / "thumbnail.png"

    @property
    def quality(self) -> Path:
        return self.path / "quality.json"

    @property
    def log(self) -> Path:
        return self.path / "backend.log"

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def state(self) -> dict[str, Any]:
        """The stored state {"status", "changed", …}; "running" without a process at work reads as "interrupted"."""
        try:
            state = json.loads((self.path / "state.json").read_text(encoding="utf-8"))
        except (ValueError, OSError):
            state = None
        if not isinstance(state, dict) or state.get("status") not in STATUSES:
            # Nothing is lost: the spec and the checkpoint decide how the job goes on, the state only describes it.
            state = {"status": "interrupted", "note": "state.json was missing or unreadable"}
        if state["status"] == "running" and not self.is_locked:
            state = {**state, "status": "interrupted"}
        return state

    @property
    def status(self) -> str:
        """One of STATUSES."""
        return str(self.state["status"])

    @property
    def is_whole(self) -> bool:
        """Whether it was finished with all its steps, not stopped early: then there is nothing to go on with."""
        state = self.state
        steps = state.get("report", {}).get("steps", {})
        return state["status"] == "finished" and steps.get("done", 0) >= steps.get("planned", 0)

    def write_state(self, status: str, **details: Any) -> None:
        """Replace the state atomically."""
        if status not in STATUSES:
            raise ValueError(f"{status!r} is not one of {STATUSES}")
        atomic_write(self.path / "state.json", _dump({"status": status, "changed": _now(), **details}))

    def append_event(self, event: dict[str, Any]) -> None:
        """Add one line to events.jsonl."""
        with explaining(self.events), open(self.events, "a", encoding="utf-8") as file:
            file.write(json.dumps({"time": _now(), **event}) + "\n")

    def set_checkpoint_aside(self) -> None:
        """Rename the checkpoint, so that the job begins again; nothing is deleted."""
        if self.checkpoint.exists():
            with explaining(self.checkpoint):
                self.checkpoint.replace(self.checkpoint.with_suffix(".old"))

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the job; raises JobLocked when another process does. A killed holder's lock is gone with it."""
        with held(self.path / "lock", JobLocked(f"Another process is working on {self.name}")):
            yield

    @property
    def is_locked(self) -> bool:
        return is_held(self.path / "lock")


def start_state(spec: JobSpec, root: Path, parent: JobFolder | None) -> Path | None:
    """The checkpoint that a new job begins with, if it does with any. Raises JobMissing when that is not there."""
    if spec.origin is None or not spec.origin.starts_from_parent:
        return None
    parent = parent or find_job(spec.origin.job, root)
    if not parent.checkpoint.is_file():
        raise JobMissing(f"{parent.name} has no checkpoint to begin from (it is {parent.status})")
    return parent.checkpoint


def find_job(identifier: str, root: Path | None = None) -> JobFolder:
    """The job with this id under `root` (default: the user's jobs folder). Raises JobMissing."""
    root = jobs_folder() if root is None else root
    for path in root.glob(f"*-{glob.escape(identifier)}"):
        return JobFolder.open(path)
    raise JobMissing(f"The job {identifier} is not in {root}: it was deleted, or made elsewhere")


def fingerprint(inputs: bytes | None) -> str:
    """What a spec calls the content of its inputs.npz; empty for none."""
    return "" if inputs is None else hashlib.sha256(inputs).hexdigest()


def slug(prompt: str) -> str:
    """A prompt as a file name: lower-case ASCII words joined by hyphens, at most 60 characters."""
    ascii_text = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text)[:60].strip("-") or "job"


def scan_jobs(root: Path | None = None) -> tuple[list[JobFolder], list[DreamFusionError]]:
    """All jobs under `root`, newest first, and the reasons why other folders there could not be opened."""
    root = jobs_folder() if root is None else root
    jobs: list[JobFolder] = []
    problems: list[DreamFusionError] = []
    for path in root.iterdir() if root.is_dir() else ():
        if path.is_dir() and not path.name.startswith("."):
            try:
                jobs.append(JobFolder.open(path))
            except DreamFusionError as error:
                problems.append(error)
    jobs.sort(key=lambda job: str(job.header["created"]), reverse=True)
    return jobs, problems


def list_jobs(root: Path | None = None) -> list[JobFolder]:
    """All jobs under `root` that can be opened, newest first."""
    return scan_jobs(root)[0]


def job_of(identifier: str, root: Path | None = None) -> JobFolder:
    """The job of this id, which is how an object in a scene names its own. Raises JobMissing and as `open` does."""
    root = jobs_folder() if root is None else root
    for path in root.glob(f"*-{identifier}") if root.is_dir() and identifier.isalnum() else ():
        if path.is_dir():
            return JobFolder.open(path)
    raise JobMissing(
        f"The job {identifier} is not in {root}: its folder was deleted or moved. The mesh stays as it is; put the "
        "folder back to cut it again"
    )


def _find(path: str | Path) -> Path:
    as_given = Path(path).expanduser()
    if as_given.is_dir():
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


def _free_id(root: Path) -> str:
    """A job's id that no other job here has: children name their parents by it."""
    while True:
        identifier = secrets.token_hex(3)
        if not any(root.glob(f"*-{identifier}")):
            return identifier


def _dump(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
