"""A run that is killed, or done in pieces, ends as an unbroken one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from cube_world import CubeWorld
from run_cube import settings

from dreamfusion_blender.errors import BadSpec, CheckpointDamaged
from toybox.training.runs import CHECKPOINT, LOG, open_run, read_log, train

CPU = torch.device("cpu")
PROGRAM = Path(__file__).with_name("run_cube.py")
STEPS = 9


def run(folder, steps=STEPS, minutes=5.0):
    trainer = open_run(folder, settings(steps), CubeWorld(), CPU, None, False)
    train(trainer, folder, minutes)
    return trainer


def assert_same(one, other):
    assert one.step_index == other.step_index
    for mine, theirs in ((one.parameters, other.parameters), (one.average, other.average)):
        assert all(torch.equal(a, b) for a, b in zip(mine, theirs, strict=True))


def test_a_killed_run_ends_as_an_unbroken_one(tmp_path):
    folder = tmp_path / "killed"
    with subprocess.Popen([sys.executable, PROGRAM, folder, "100000"], stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while time.monotonic() < until and not any(line["step"] >= 3 for line in read_log(folder)):
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    with open(folder / LOG, "a") as log:
        log.write('{"step": 4, "lo')  # as a kill in the middle of a line leaves it
    killed_at = read_log(folder)[-1]["step"]
    steps = max(STEPS, killed_at + 4)
    again = run(folder, steps)
    assert_same(again, run(tmp_path / "unbroken", steps))
    logged = [line["step"] for line in read_log(folder)]
    assert logged == sorted(set(logged)) == list(range(1, steps + 1))


def test_pieces_make_a_whole(tmp_path):
    """No time at all is a piece without a step; and the total may change while the rate is level."""
    run(tmp_path, minutes=0.0)
    assert (tmp_path / CHECKPOINT).is_file()
    trainer = open_run(tmp_path, settings(1000), CubeWorld(), CPU, None, False)
    for _ in range(5):
        trainer.step()
    trainer.save(tmp_path / CHECKPOINT)
    assert_same(run(tmp_path), run(tmp_path.with_name("whole")))


def test_a_run_goes_on_with_what_it_was_begun_with_or_not_at_all(tmp_path):
    run(tmp_path, steps=2)
    other = settings(4).changed(["network.film=false"])
    with pytest.raises(BadSpec, match="network"):
        open_run(tmp_path, other, CubeWorld(), CPU, None, False)
    with pytest.raises(BadSpec, match="noise"):
        open_run(tmp_path, settings(4).changed(["noise.shift=2"]), CubeWorld(), CPU, None, False)
    (tmp_path / CHECKPOINT).write_bytes(b"rubbish")
    with pytest.raises(CheckpointDamaged):
        open_run(tmp_path, settings(4), CubeWorld(), CPU, None, False)
