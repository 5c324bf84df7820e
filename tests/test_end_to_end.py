"""The whole road with the real backend: few steps, the real subprocess, the real prior, the real files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dreamfusion_blender.asset import Asset
from dreamfusion_blender.paths import ROOT
from dreamfusion_blender.store import list_jobs

pytestmark = pytest.mark.slow

QUICK = ("--preset", "preview", "--steps", "6", "--triangles", "1500", "--texture-size", "128")


def command_line(*arguments: str, root: Path = ROOT) -> list[str]:
    return [sys.executable, "-m", "dreamfusion_blender", *arguments]


def run(folder: Path, *arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command_line(*arguments),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=900,
    )


def test_two_prompts_become_two_assets_that_keep_their_contract(tmp_path):
    from backend.contract import check

    done = run(tmp_path, "generate", "a red mug", "a golden zeppelin", *QUICK, "--size", "0.3", "--json")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [event["type"] for event in events]
    assert kinds.count("hello") == 1, "one backend serves both"
    assert kinds.count("finished") == kinds.count("delivered") == 2
    progress = [event for event in events if event["type"] == "progress"]
    assert {(event["steps"]) for event in progress} == {6} and all(event["loss"] is not None for event in progress)
    assert any("zeppelin" in event["message"] for event in events if event["type"] == "warning")
    for name in ("a-red-mug", "a-golden-zeppelin"):
        assert (tmp_path / f"{name}.glb").read_bytes()[:4] == b"glTF"
        assert (tmp_path / f"{name}-turntable.png").read_bytes()[:4] == b"\x89PNG"
    for job in list_jobs():
        asset = Asset.load(job)
        assert not check(asset, 1500, 0.3).violations
        assert asset.provenance["prompt"] == job.spec.prompt and asset.provenance["job"] == job.id


def test_stopped_exported_damaged_and_begun_again(tmp_path):
    process = subprocess.Popen(
        command_line("generate", "a red mug", *QUICK, "--steps", "60", "--json"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while json.loads(process.stdout.readline())["type"] != "progress":
        pass
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=300)[1]
    assert process.returncode == 130, errors
    (job,) = list_jobs()
    assert job.status == "cancelled" and job.checkpoint.is_file() and job.field.is_file()

    done = run(tmp_path, "export", job.name, "--triangles", "600", "--out", "stopped.glb")
    assert done.returncode == 0, done.stderr
    assert len(Asset.load(job).triangles) <= 600

    whole = job.checkpoint.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"rubbish" * 100):
        job.checkpoint.write_bytes(damaged)
        done = run(tmp_path, "resume", job.name)
        assert done.returncode == 35, done.stderr
        assert "--restart" in done.stderr and job.field.is_file()

    job.checkpoint.write_bytes(whole)
    field = job.field.read_bytes()
    job.field.write_bytes(field[: len(field) // 2])
    assert run(tmp_path, "export", job.name).returncode == 32
    job.field.write_bytes(field)


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_weights_that_are_missing_or_changed_are_refused_by_name(tmp_path, damage):
    copy = tmp_path / "extension"
    shutil.copytree(ROOT / "dreamfusion_blender", copy / "dreamfusion_blender")
    shutil.copytree(ROOT / "backend", copy / "backend")
    (weights,) = (copy / "backend" / "priors" / "toybox" / "unet").glob("*.safetensors")
    if damage == "missing":
        weights.unlink()
    else:
        content = bytearray(weights.read_bytes())
        content[len(content) // 2] ^= 1
        weights.write_bytes(content)
    done = run(tmp_path, "generate", "a red mug", *QUICK, root=copy)
    assert done.returncode in (24, 25), done.stderr
    assert weights.name in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.glb"))
