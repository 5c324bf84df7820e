"""The commands that look and tell: jobs, settings, doctor."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
from collections.abc import Callable

from ..blend_file import find_blender
from ..environment import Environment
from ..errors import BackendMissing, DreamFusionError
from ..inner_settings import inner_settings
from ..machine import usual_device
from ..paths import ROOT, jobs_folder
from ..processes import last_line
from ..pythons import find_python
from ..setting_values import permitted
from ..store import local_time, scan_jobs
from ..torch_builds import builds_for, nvidia_gpu
from ..vocabulary import known_words
from .delivery import make_folder
from .output import Output

_TORCH_FACTS = """
import json, torch
print(json.dumps({
    "torch": torch.__version__,
    "cuda": [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count()) if torch.cuda.is_available()],
    "mps": torch.backends.mps.is_available(),
    "threads": torch.get_num_threads(),
}))
"""


def jobs(options: argparse.Namespace, output: Output) -> None:
    """List the jobs, newest first, and what else lies among them."""
    found, problems = scan_jobs()
    for job in found:
        status = job.status
        output.data({"type": "job", "job": str(job.path), "status": status, "spec": job.spec.to_json()})
        output.say(f"{status:12} {local_time(str(job.header['created'])):17} {job.name}")
    for problem in problems.values():
        output.warn(problem.message)
    output.say(f"{len(found)} jobs in {jobs_folder()}")


def settings(options: argparse.Namespace, output: Output) -> None:
    """List the presets' inner settings whose names have a word in them, with what each takes."""
    for each in inner_settings().values():
        if options.word in each.name:
            facts = {"name": each.name, "values": permitted(each.kind), "default": each.default, "note": each.comment}
            output.data({"type": "setting", **facts})
            output.say(f"{each.name}\n    {each.words}")


def doctor(options: argparse.Namespace, output: Output) -> None:
    """Say what is installed, found and missing, and what to do. Raises BackendMissing when no job could run."""
    environment = Environment(options.env)
    if options.install:
        device = usual_device(options.device)
        environment.install(output.install, device, anew=needs_repair(environment, device))
        if missed := missed_build(environment, device):
            output.warn(
                f"{environment.folder} keeps torch ({torch_of(environment)}): when that was installed, the {missed} "
                "was not to be had. To try again, delete that folder first"
            )
    output.say(f"Python of this command: {platform.python_version()}")
    checks: tuple[tuple[str, bool, Callable[[], str]], ...] = (
        ("Python for the backend", not environment.is_ready, lambda: str(find_python().path)),
        ("backend", True, lambda: _backend(environment)),
        ("prior toybox", True, lambda: f"knows {len(known_words('toybox'))} words"),
        ("jobs folder", True, _jobs_folder),
        ("Blender, for .blend files", False, lambda: str(find_blender().path)),
    )
    missing: list[str] = []
    for name, needed, check in checks:
        try:
            found, problem = check(), None
        except DreamFusionError as error:
            found, problem = "", error
        output.data({"type": "check", "name": name, "ok": problem is None, "found": found})
        if problem is None:
            output.say(f"  ok       {name}: {found}")
            continue
        output.say(f"  {'MISSING' if needed else 'missing'}  {name}: {problem.message}")
        if problem.remedy is not None:
            output.say(f"           what helps: {problem.remedy.label}: {problem.remedy.command or ''}".rstrip(": "))
        missing += [name] if needed else []
    if missing:
        raise BackendMissing(f"No job can run: {', '.join(missing)}")


def needs_repair(environment: Environment, device: str) -> bool:
    """Whether one of ours looks whole and does not work, or not on the GPU that it is wanted for."""
    if not environment.is_ready or environment.marker is None:
        return False
    best = best_build(device)
    if best not in (None, torch_of(environment), missed_build(environment, device)):
        return True
    try:
        _backend(environment)
    except (BackendMissing, OSError):
        return True
    return False


def missed_build(environment: Environment, device: str) -> str | None:
    """The build that the GPU is best served by, where it was tried and not to be had; None where it was not missed.

    Trying again takes as long as an install, and ends as it did.
    """
    best, marker = best_build(device), environment.marker or {}
    return best if best != torch_of(environment) and best == marker.get("wanted") else None


def best_build(device: str) -> str | None:
    """Of torch, for the GPU that is wanted; None where none is, or its driver does not answer: that tells nothing."""
    gpu = nvidia_gpu() if device.startswith("cuda") else None
    return None if gpu is None else builds_for(device, gpu)[0].label


def torch_of(environment: Environment) -> str | None:
    """The build of torch that an environment of ours has; None of one that is no whole one of ours."""
    return (environment.marker or {}).get("torch")


def _backend(environment: Environment) -> str:
    command = [*environment.command("backend")[:1], "-c", _TORCH_FACTS]
    done = subprocess.run(
        command, cwd=ROOT, env=environment.variables(), capture_output=True, encoding="utf-8", errors="replace"
    )
    if done.returncode != 0:
        last = last_line(done.stderr, "no output")
        raise BackendMissing(f"torch does not work in {environment.folder}: {last}")
    facts = json.loads(done.stdout.splitlines()[-1])
    devices = [f"cuda ({name})" for name in facts["cuda"]] + (["mps"] if facts["mps"] else []) + ["cpu"]
    return f"torch {facts['torch']} in {environment.folder}; devices: {', '.join(devices)}"


def _jobs_folder() -> str:
    folder = make_folder(jobs_folder())
    return f"{folder} ({shutil.disk_usage(folder).free / 1e9:.1f} GB free)"
