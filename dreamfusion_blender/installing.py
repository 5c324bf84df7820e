"""Making the backend's environment, or repairing it: a virtual environment, torch in the right build, the rest."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from .environment import REQUIREMENTS, Environment, InstallProgress, required_packages
from .errors import Cancelled, DiskFull, InstallFailed
from .filelock import held
from .files import bytes_on_disk, explaining, remove_tree
from .processes import follow
from .pythons import find_python
from .torch_builds import NvidiaGpu, TorchBuild, builds_for, nvidia_gpu

_OTHER_DOWNLOAD_MB: Final = 140  # everything but torch: measured
_OTHER_DISK_MB: Final = 700
# What pip says of a build that is not to be had: no index has it (or is within reach), or the machine's own
# constraints (PIP_CONSTRAINT) leave none, which pip calls a conflict.
_NOT_FOUND: Final = ("No matching distribution found for torch", "ResolutionImpossible")
_NO_ROOM: Final = "No space left on device"

Report = Callable[[InstallProgress], None]
Stop = Callable[[], bool]


def install(environment: Environment, on_progress: Report, device: str, should_stop: Stop, anew: bool = False) -> None:
    """Make the environment, or repair it; do nothing when it is ready, unless it is to be made anew.

    Raises PythonMissing, InstallFailed, DiskFull, OutputUnwritable, or Cancelled. What is then half done is seen and
    repaired by the next try.
    """
    if environment.is_ready and not anew:
        return
    folder = environment.folder
    _refuse_foreign_folder(environment)
    with explaining(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
    busy = InstallFailed(f"Another process is installing {folder}; wait for it")
    with held(lock_of(folder), busy) as lock:
        if anew or not environment.is_ready:  # the other process may just have finished
            # pip holds the lock, too: it may outlive us when we are killed, and must not write into the next try.
            steps = _Steps(environment, on_progress, should_stop, lock)
            _install(environment, builds_for(device, nvidia_gpu()), steps)


def _install(environment: Environment, builds: tuple[TorchBuild, ...], steps: _Steps) -> None:
    python = find_python()
    version = ".".join(str(each) for each in python.version)
    steps.say(f"Installing the backend for Python {version} into {environment.folder}")
    steps.say(_cost(builds[0]))
    _require_space(environment.folder, builds[0])
    # From scratch: what a killed pip left behind is not worth telling apart, and its downloads are cached.
    with explaining(environment.folder):
        remove_tree(environment.folder)
        environment.folder.mkdir()
    environment.write_marker("installing", python=version)
    steps.run("Making the virtual environment", [python.path, "-m", "venv", environment.folder])
    build = steps.install_torch(builds)
    steps.pip("Installing the other packages", "-r", str(REQUIREMENTS))
    environment.write_marker("ready", python=version, torch=build.label, wanted=builds[0].label)
    steps.on_progress(InstallProgress("The backend is installed", 1.0))


class _Steps:
    """The commands of one install. Progress is counted in packages, which pip names as it meets them."""

    def __init__(self, environment: Environment, on_progress: Report, should_stop: Stop, lock: int) -> None:
        self.python = environment.python
        self.on_progress = on_progress
        self.should_stop = should_stop
        self.lock = lock
        self.packages = 0
        self.expected = len(required_packages()) + 3  # torch once more, and room for what it brings along

    def install_torch(self, builds: tuple[TorchBuild, ...]) -> TorchBuild:
        """The first build that can be had. Raises InstallFailed when none can."""
        for position, build in enumerate(builds):
            if position:
                self.say(f"That build is not to be had here. Next: {_cost(build)}")
            lines = self.attempt(f"Installing torch ({build.label})", self._pip(*build.arguments))
            if lines is None:
                return build
            if not any(said in line for line in lines for said in _NOT_FOUND):
                raise _failure("Installing torch", lines)
        raise InstallFailed(f"torch was found in none of: {', '.join(build.label for build in builds)}")

    def pip(self, title: str, *arguments: str) -> None:
        self.run(title, self._pip(*arguments))

    def run(self, title: str, command: Sequence[str | Path]) -> None:
        lines = self.attempt(title, command)
        if lines is not None:
            raise _failure(title, lines)

    def attempt(self, title: str, command: Sequence[str | Path]) -> list[str] | None:
        """Run one command; its last lines when it failed, None when it went well."""
        self.say(title)
        last: deque[str] = deque(maxlen=12)

        def on_line(line: str) -> None:
            if line.strip():
                last.append(line.strip())
            if line.startswith("Collecting "):
                self.packages += 1
                self.say(f"{title}: {line.split()[1]}")
            elif line.strip().startswith(("Downloading ", "Installing collected")):
                self.say(f"{title}: {line.strip()[:100]}")

        code = follow(command, on_line, self.should_stop, (self.lock,))
        if code is None:
            raise Cancelled("The install was stopped; the next try begins it anew, with what was downloaded so far")
        return list(last) if code else None

    def say(self, message: str) -> None:
        self.on_progress(InstallProgress(message, min(0.95, self.packages / self.expected)))

    def _pip(self, *arguments: str) -> list[str | Path]:
        return [
            self.python,
            "-m",
            "pip",
            "install",
            "--no-input",
            "--retries",
            "2",
            "--progress-bar",
            "off",
            *arguments,
        ]


def lock_of(folder: Path) -> Path:
    """Held by whoever makes or removes the environment in the folder."""
    return folder.with_name(f"{folder.name}.lock")


def download_words(device: str, gpu: NvidiaGpu | None) -> str:
    """What an install costs, for people who have not begun it. The same device and GPU as for builds_for."""
    download, disk = _gigabytes(builds_for(device, gpu)[0])
    return f"about {download:.1f} GB to download, {disk:.1f} GB on disk"


def _cost(build: TorchBuild) -> str:
    download, disk = _gigabytes(build)
    return f"torch ({build.label}) and others: about {download:.1f} GB to download, {disk:.1f} GB on disk"


def _gigabytes(build: TorchBuild) -> tuple[float, float]:
    return (build.download_mb + _OTHER_DOWNLOAD_MB) / 1000, (build.disk_mb + _OTHER_DISK_MB) / 1000


def _require_space(folder: Path, build: TorchBuild) -> None:
    needed = _gigabytes(build)[1]
    free = (shutil.disk_usage(folder.parent).free + bytes_on_disk(folder)) / 1e9  # what is there goes first
    if free < needed:
        raise DiskFull(
            f"Installing the backend into {folder} needs {needed:.1f} GB, and {free:.1f} GB are free there. "
            "Free some space, or name another folder with --env or the variable DREAMFUSION_ENV"
        )


def _refuse_foreign_folder(environment: Environment) -> None:
    folder = environment.folder
    if environment.marker is not None or not folder.exists():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise InstallFailed(
            f"{folder} was not made by this product, so it is left alone; it {environment.problem()}. Name another "
            f"folder, or install into it yourself: {environment.python} -m pip install -r {REQUIREMENTS}"
        )


def _failure(title: str, lines: list[str]) -> InstallFailed | DiskFull:
    said = "\n  ".join(line for line in lines if not line.startswith("[notice]"))
    if _NO_ROOM in said:
        return DiskFull(f"{title}: the disk is full. Free some space and try again")
    return InstallFailed(f"{title} failed. The last lines were:\n  {said}")
