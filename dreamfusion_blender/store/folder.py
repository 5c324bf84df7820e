"""A job's folder as one makes it and opens it."""

from __future__ import annotations

import json
import platform
import tempfile
from pathlib import Path
from typing import Any, Final

from ..errors import BadSpec, JobDamaged, JobForeign, JobMissing, JobNewer
from ..files import atomic_write, explaining, share
from ..job import JobSpec
from ..paths import jobs_folder
from ..version import VERSION
from .layout import START
from .naming import fingerprint, free_id, named, slug, with_id
from .record import JobRecord, dump, now

FORMAT: Final = "dreamfusion_blender job"
FOLDER_VERSION: Final = 1


class JobFolder(JobRecord):
    """A job's folder: what it is to make, beside its files and its state."""

    def __init__(self, path: Path, spec: JobSpec, header: dict[str, Any]) -> None:
        super().__init__(path)
        self.spec = spec
        self.header = header  # id, created, versions: as in job.json

    @classmethod
    def create(
        cls,
        spec: JobSpec,
        root: Path | None = None,
        parent: JobFolder | None = None,
        inputs: bytes | None = None,
        start: Path | None = None,
    ) -> JobFolder:
        """Make the folder for a new job under `root` (default: the user's jobs folder).

        parent: where the job's origin lies, if not under `root`. A job that begins with its parent's field keeps what
        it begins with in its own folder, so that it can be made again when the parent is gone.
        inputs: the content of inputs.npz (inputs/), for a spec that names one; without it the parent's.
        start: what such a job begins with, as an earlier one kept it; without it what the parent has now.
        """
        spec.validate()
        root = jobs_folder() if root is None else root
        if inputs is None and spec.inputs and spec.origin is not None:
            inputs = (parent or find_job(spec.origin.job, root)).read_inputs()
        if spec.inputs != fingerprint(inputs):
            raise BadSpec("inputs names other meshes than are given with the job: pass the content of its inputs.npz")
        state = start or start_state(spec, root, parent)
        identifier = free_id(root)
        header: dict[str, Any] = {
            "format": FORMAT,
            "version": FOLDER_VERSION,
            "id": identifier,
            "created": now(),
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
                atomic_write(filling / "job.json", dump({**header, "spec": spec.to_json()}))
                atomic_write(filling / "state.json", dump({"status": "queued", "changed": now()}))
                if inputs is not None:
                    atomic_write(filling / "inputs.npz", inputs)
                filling.rename(path)
        return cls(path, spec, header)

    @classmethod
    def open(cls, path: str | Path) -> JobFolder:
        """Open an existing job, given as a folder or as a name (or an unmistakable part of it) in the jobs folder.

        Raises JobMissing, JobForeign, JobDamaged or JobNewer.
        """
        folder = named(path)
        file = folder / "job.json"
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise JobForeign(f"{folder} is not a job folder (it has no job.json)") from error
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

    def read_inputs(self) -> bytes | None:
        """The content of inputs.npz, None where the job was given nothing but its spec. Raises JobDamaged."""
        if not self.spec.inputs:
            return None
        try:
            return self.inputs.read_bytes()
        except OSError as error:
            raise JobDamaged(f"{self.inputs} is damaged: {error}") from error


def start_state(spec: JobSpec, root: Path, parent: JobFolder | None) -> Path | None:
    """The checkpoint that a new job begins with, if it does with any. Raises JobMissing when that is not there."""
    if spec.origin is None or not spec.origin.starts_from_parent:
        return None
    parent = parent or find_job(spec.origin.job, root)
    if not parent.checkpoint.is_file():
        raise JobMissing(f"{parent.name} has no checkpoint to begin from (it is {parent.status})")
    return parent.checkpoint


def find_job(identifier: str, root: Path | None = None) -> JobFolder:
    """The job with this id under `root` (default: the user's jobs folder): so objects and children name theirs.

    Raises JobMissing and as `open` does.
    """
    root = jobs_folder() if root is None else root
    path = with_id(identifier, root)
    if path is None:
        raise JobMissing(
            f"The job {identifier} is not in {root}: it was deleted or moved, or made elsewhere. Its mesh stays as it "
            "is; put the folder back to go on from there"
        )
    return JobFolder.open(path)
