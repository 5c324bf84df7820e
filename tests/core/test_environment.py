"""The backend's environment, made for real from tiny packages: half-way installs are seen and repaired."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

from dreamfusion_blender import environment as environment_module
from dreamfusion_blender import installing
from dreamfusion_blender.environment import Environment, InstallProgress
from dreamfusion_blender.errors import BackendMissing, Cancelled, DiskFull, InstallFailed
from dreamfusion_blender.filelock import held, is_held
from dreamfusion_blender.paths import ROOT, models_folder
from dreamfusion_blender.torch_builds import TorchBuild


def make_wheel(folder: Path, name: str, version: str = "1.0") -> None:
    """A package of one empty module, as a wheel."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        record = ""
        for path, text in files.items():
            wheel.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(text)}\n"
        wheel.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only source of packages, holding `torch`; requirements.txt asks for it and for `rest`."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    make_wheel(folder, "torch")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# a comment\ntorch==1.0\nrest==1.0\n")
    for module in (environment_module, installing):
        monkeypatch.setattr(module, "REQUIREMENTS", requirements)
    small = TorchBuild("tiny build", ("torch==1.0",), 1, 1)
    monkeypatch.setattr(installing, "builds_for", lambda device, driver: (small,))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    return folder


def install(environment: Environment) -> list[InstallProgress]:
    progress: list[InstallProgress] = []
    environment.install(progress.append)
    return progress


def test_an_install_that_fails_half_way_is_seen_and_repaired_by_the_next(tmp_path, wheels):
    environment = Environment(tmp_path / "env")
    assert environment.problem() == "is not installed"
    with pytest.raises(InstallFailed, match="rest") as caught:
        install(environment)
    assert caught.value.remedy is not None and caught.value.remedy.operator == "dreamfusion.install_backend"
    assert environment.problem() == "is half installed"
    with pytest.raises(BackendMissing, match="half installed"):
        environment.command("backend")

    make_wheel(wheels, "rest")
    progress = install(environment)
    assert environment.is_ready
    assert "GB to download" in progress[1].message and progress[1].fraction == 0.0  # before anything begins
    assert [each.fraction for each in progress] == sorted(each.fraction for each in progress)
    assert progress[-1].fraction == 1.0
    subprocess.run([*environment.command("rest")], env=environment.variables(), check=True)
    assert install(environment) == []  # ready: nothing to do

    (environment.folder / "left over").touch()
    environment.install(progress.append, anew=True)
    assert environment.is_ready and not (environment.folder / "left over").exists()

    requirements = tmp_path / "requirements.txt"
    requirements.write_text(requirements.read_text().replace("rest==1.0", "rest==2.0"))
    assert environment.problem() == "was made for other versions of its packages"


def test_an_install_that_is_killed_is_repaired(tmp_path, wheels):
    """SIGKILL as soon as torch is in: the marker still says installing."""
    make_wheel(wheels, "rest")
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from dreamfusion_blender import environment, installing\n"
        "from dreamfusion_blender.torch_builds import TorchBuild\n"
        "environment.REQUIREMENTS = installing.REQUIREMENTS = Path(sys.argv[2])\n"
        "installing.builds_for = lambda device, driver: (TorchBuild('tiny', ('torch==1.0',), 1, 1),)\n"
        "def say(progress):\n"
        "    if 'other packages' in progress.message:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "environment.Environment(sys.argv[1]).install(say)\n"
    )
    environment = Environment(tmp_path / "env")
    done = subprocess.run(
        [sys.executable, "-c", program, str(environment.folder), str(tmp_path / "requirements.txt")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == -signal.SIGKILL
    lock = environment.folder.with_name("env.lock")
    deadline = time.monotonic() + 60
    while is_held(lock) and time.monotonic() < deadline:  # by pip, which outlived its parent
        time.sleep(0.1)
    assert environment.problem() == "is half installed"
    install(environment)
    assert environment.is_ready


def test_a_build_that_is_not_to_be_had_is_said_before_the_next_is_tried(tmp_path, wheels, monkeypatch):
    make_wheel(wheels, "rest")
    builds = (TorchBuild("first", ("torch==1.0+cpu",), 1, 1), TorchBuild("second", ("torch==1.0",), 2000, 1))
    monkeypatch.setattr(installing, "builds_for", lambda device, driver: builds)
    environment = Environment(tmp_path / "env")
    messages = [each.message for each in install(environment)]
    assert environment.marker is not None
    assert (environment.marker["torch"], environment.marker["wanted"]) == ("second", "first")
    (said,) = [message for message in messages if "not to be had" in message]
    assert "second" in said and "2.1 GB to download" in said


def test_no_build_at_all(tmp_path, wheels, monkeypatch):
    builds = (TorchBuild("first", ("torch==1.0+cpu",), 1, 1),)
    monkeypatch.setattr(installing, "builds_for", lambda device, driver: builds)
    with pytest.raises(InstallFailed, match="first"):
        install(Environment(tmp_path / "env"))


def test_a_build_that_the_machines_own_constraints_forbid_is_not_to_be_had(tmp_path, wheels, monkeypatch):
    make_wheel(wheels, "rest")
    (tmp_path / "constraints.txt").write_text("torch<=1.0\n")
    monkeypatch.setenv("PIP_CONSTRAINT", str(tmp_path / "constraints.txt"))
    builds = (TorchBuild("first", ("torch==2.0",), 1, 1), TorchBuild("second", ("torch==1.0",), 1, 1))
    monkeypatch.setattr(installing, "builds_for", lambda device, driver: builds)
    messages = [each.message for each in install(Environment(tmp_path / "env"))]
    assert any("not to be had" in message and "second" in message for message in messages)


def test_a_stopped_install_ends_at_once_and_can_be_repeated(tmp_path, wheels):
    make_wheel(wheels, "rest")
    environment = Environment(tmp_path / "env")
    with pytest.raises(Cancelled):
        environment.install(lambda progress: None, should_stop=lambda: True)
    assert environment.problem() == "is half installed"
    install(environment)
    assert environment.is_ready


def test_two_installs_at_once(tmp_path, wheels):
    environment = Environment(tmp_path / "env")
    with (
        held(tmp_path / "env.lock", InstallFailed("busy")),
        pytest.raises(InstallFailed, match="Another process"),
    ):
        install(environment)


def test_no_room(tmp_path, wheels, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1000))
    with pytest.raises(DiskFull, match="--env"):
        install(Environment(tmp_path / "env"))
    assert not (tmp_path / "env").exists()


def test_what_an_old_environment_takes_is_room_for_the_new_one(tmp_path, wheels, monkeypatch):
    make_wheel(wheels, "rest")
    environment = Environment(tmp_path / "env")
    install(environment)
    with open(tmp_path / "env" / "torch", "wb") as file:
        file.truncate(100_000_000_000)  # a hole, which takes nothing really
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1000))
    environment.install(lambda progress: None, anew=True)
    assert environment.is_ready and not (tmp_path / "env" / "torch").exists()


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path, wheels):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "holiday.jpg").write_text("precious")
    with pytest.raises(InstallFailed, match="left alone"):
        install(Environment(folder))
    assert [path.name for path in folder.iterdir()] == ["holiday.jpg"]


def test_somebody_elses_environment_is_used_as_it_is_or_refused_by_name(tmp_path, monkeypatch):
    folder = tmp_path / "theirs"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    environment = Environment(folder)
    problem = environment.problem()
    assert problem is not None and problem.startswith("lacks torch, diffusers")
    monkeypatch.setattr(environment_module, "_DIRECT", ("mine",))
    (packages,) = folder.rglob("site-packages")
    for name, facts in (("mine-1.0", "Metadata-Version: 2.1\nName: Mine\nVersion: 1.0\n"), ("broken-1.0", "")):
        (packages / f"{name}.dist-info").mkdir()  # the second as an interrupted pip leaves it behind
        (packages / f"{name}.dist-info" / "METADATA").write_text(facts)
    assert environment.problem() is None


def test_a_python_that_cannot_be_started_is_a_problem_in_words(tmp_path):
    environment = Environment(tmp_path / "theirs")
    environment.python.parent.mkdir(parents=True)
    environment.python.write_text("no program")
    assert environment.problem() == "lacks a Python that runs"


def test_it_may_be_looked_at_while_another_thread_takes_it_away(tmp_path):
    made = Environment(tmp_path / "made")
    made.python.parent.mkdir(parents=True)
    made.python.symlink_to(sys.executable)
    made.write_marker("ready")
    environment = Environment(tmp_path / "linked")
    both = threading.Barrier(2)

    def take_away() -> None:
        both.wait()
        environment.folder.unlink()

    problems = set()
    for _ in range(1000):
        environment.folder.symlink_to(made.folder)
        thread = threading.Thread(target=take_away)
        thread.start()
        both.wait()
        while thread.is_alive():
            problems.add(environment.problem())
    assert problems <= {None, "is not installed", "is half installed"}


def test_folders_mean_the_same_to_the_backend_which_runs_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DREAMFUSION_MODELS", "models")
    assert Environment(tmp_path).variables()["DREAMFUSION_MODELS"] == str(models_folder())


def test_the_folder_is_chosen_by_argument_variable_and_lock(tmp_path, monkeypatch):
    monkeypatch.delenv("DREAMFUSION_ENV", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Environment().folder.name == f"backend-{environment_module.lock_hash()}"
    monkeypatch.setenv("DREAMFUSION_ENV", str(tmp_path / "mine"))
    assert Environment().folder == tmp_path / "mine"
    assert Environment(tmp_path / "other").folder == tmp_path / "other"


def test_the_direct_packages_are_all_pinned():
    pinned = {line.split("==")[0].lower() for line in environment_module.required_packages()}
    assert set(environment_module._DIRECT) <= pinned
    assert all("==" in line for line in environment_module.required_packages())
