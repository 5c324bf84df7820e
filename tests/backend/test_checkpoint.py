"""Checkpoints: a run that was broken off goes on bit for bit as if it had not been."""

import dataclasses

import pytest
import torch
from analytic import ignore, small_run
from safetensors.torch import load_file, save_file
from test_optimize import PRESET, losses, prior

from backend.checkpoint import explaining_damage, load_checkpoint, save_checkpoint
from dreamfusion_blender.errors import CheckpointDamaged

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def saved(tmp_path):
    """A checkpoint after 9 steps, between two rings and two snapshots, and the run that wrote it."""
    run = small_run(PRESET, prior())
    losses(run, 9)
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(run, path)
    return run, path


@pytest.mark.parametrize("broken_off", [1, 7, 20, 25])
def test_resuming_equals_going_on(broken_off, tmp_path):
    """In the first stage and in the second; also what comes after must be the same: moments, rings, random stream."""
    whole = small_run(PRESET, prior())
    expected = losses(whole)

    begun = small_run(PRESET, prior())
    first = losses(begun, broken_off)
    save_checkpoint(begun, tmp_path / "checkpoint")
    resumed = small_run(PRESET, prior(), seed=99)  # nothing of its own start may matter
    load_checkpoint(resumed, tmp_path / "checkpoint")
    assert resumed.step_index == broken_off
    rest = losses(resumed, resumed.steps - broken_off)

    assert first + rest == expected
    assert resumed.calls == whole.calls
    whole_state, resumed_state = whole.state(), resumed.state()
    assert whole_state.keys() == resumed_state.keys()
    assert [name for name in whole_state if not torch.equal(whole_state[name], resumed_state[name])] == []


def test_too_little_memory_is_no_damage(tmp_path):
    """Else a job would be begun again, and what it had reached lost."""
    for error in (torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("DefaultCPUAllocator: not enough memory")):
        with pytest.raises(type(error), match="memory"), explaining_damage(tmp_path / "checkpoint"):
            raise error


def test_writing_a_checkpoint_does_not_disturb_the_run(saved, tmp_path):
    run, _ = saved
    undisturbed = small_run(PRESET, prior())
    losses(undisturbed, 9)
    assert losses(run, 5) == losses(undisturbed, 5)


def test_what_was_read_is_not_changed_by_going_on(saved):
    """The state a run took up is also what it rewinds to."""
    _, path = saved
    run = small_run(PRESET, prior())
    load_checkpoint(run, path)
    losses(run, 1)
    run._rewind(ignore)
    kept, now = load_file(path), run.state()
    changed = [name for name in kept if not torch.equal(kept[name], now[name])]
    assert sorted(changed) == ["counters", "generator", "rate_factor"]


def damage_nothing_left(path):
    path.write_bytes(b"")


def damage_cut_short(path):
    path.write_bytes(path.read_bytes()[:-1000])


def damage_header(path):
    path.write_bytes(b"\xff" * 64 + path.read_bytes()[64:])


def damage_not_ours(path):
    save_file({"weight": torch.zeros(3)}, path)


def damage_other_shapes(path):
    save_file({name: torch.zeros(2, 2) for name in load_file(path)}, path)


def damage_missing(name):
    def damage(path):
        save_file({key: value for key, value in load_file(path).items() if key != name}, path)

    damage.__name__ = f"without_{name}"
    return damage


def damage_types(path):
    save_file({name: value.to(torch.float64) for name, value in load_file(path).items()}, path)


@pytest.mark.parametrize(
    "damage",
    [
        *(damage_nothing_left, damage_cut_short, damage_header, damage_not_ours, damage_other_shapes, damage_types),
        *map(damage_missing, ("field.grids.0", "generator", "renderer.occupancy", "counters", "objective.0.counters")),
        *map(damage_missing, ("adam.0.exp_avg", "rate_factor")),
    ],
    ids=lambda damage: damage.__name__.removeprefix("damage_"),
)
def test_a_damaged_checkpoint_is_refused_with_its_name(saved, damage):
    _, path = saved
    damage(path)
    with pytest.raises(CheckpointDamaged, match=r"checkpoint\.safetensors") as caught:
        load_checkpoint(small_run(PRESET, prior()), path)
    assert caught.value.remedy is not None


def test_the_checkpoint_of_other_settings_is_refused(saved):
    _, path = saved
    other = dataclasses.replace(PRESET, field=dataclasses.replace(PRESET.field, resolutions=(6, 12)))
    with pytest.raises(CheckpointDamaged):
        load_checkpoint(small_run(other, prior()), path)


def test_a_checkpoint_is_replaced_whole_or_not_at_all(saved, monkeypatch):
    run, path = saved
    before = path.read_bytes()

    def fail(state, name, metadata):
        with open(name, "wb") as file:
            file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("backend.checkpoint.save_file", fail)
    with pytest.raises(Exception, match=r"(?i)space|room|full"):
        save_checkpoint(run, path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]
