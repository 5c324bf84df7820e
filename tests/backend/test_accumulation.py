"""A step in parts: the same step but for rounding, for any prior, field and rule; and parts when memory runs out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from analytic import CPU, GaussianPrior, generator, ignore, small_run
from layouts_of_balls import WithLayouts, run_with
from safetensors.torch import load_file
from tiny_mvdream import write_mvdream

from backend.cameras import Cameras, random_ring
from backend.memory.parts import in_parts
from backend.optimize import loop
from backend.presets import load_preset
from backend.priors.in_parts import PriorInParts
from backend.priors.mvdream import MVDreamPrior
from backend.priors.stable_diffusion import StableDiffusionPrior
from backend.regularizers import surface_smoothness
from dreamfusion_blender.errors import OutOfMemory
from dreamfusion_blender.paths import ROOT

HERE = Path(__file__).parent
SMALL = {"render.samples": 16, "render.occupancy_resolution": 16, "regularize.points": 100, "score.views": 4}
PIECES = {"triplane": {"triplane.resolution": 16}, "hash": {"hash.levels": 4}, "mlp": {"mlp.width": 16}, "grid": {}}


@pytest.fixture(scope="module")
def mvdream(tmp_path_factory):
    return MVDreamPrior(write_mvdream(tmp_path_factory.mktemp("mvdream")), CPU, resolution=8)


def gradients(prior, **settings):
    """Of the first step's loss, all in one, and the loss."""
    run = small_run(load_preset("sds").with_steps(4).with_overrides({**SMALL, **settings}), prior)
    loss = run._gradients(ignore)
    groups = run.optimizer.param_groups
    found = [each.grad.flatten() for group in groups for each in group["params"] if each.grad is not None]
    return torch.cat(found), loss, run


def assert_same_step(whole, parts):
    """Up to the rounding of sums that are taken in another order."""
    assert parts[1] == pytest.approx(whole[1], rel=1e-4, abs=1e-5)
    scale = whole[0].abs().max().item()
    assert scale > 0
    torch.testing.assert_close(parts[0], whole[0], rtol=1e-3, atol=1e-4 * scale)


@pytest.mark.parametrize("perp_neg", [False, True])
@pytest.mark.parametrize("parts", [2, 3, 4])
def test_views_that_are_seen_alone_give_the_same_step_in_any_parts(tiny_models, perp_neg, parts):
    """Stable Diffusion in miniature, the contrast of all views together included."""
    prior = StableDiffusionPrior(tiny_models.sd15, CPU, resolution=8)
    settings = {"sds.perp_neg": perp_neg, "sds.contrast_rescale": 0.5}
    whole, parted = gradients(prior, **settings), gradients(prior, **settings, **{"memory.accumulate": parts})
    assert isinstance(parted[2].scene.prior, PriorInParts)
    assert parted[2].calls == whole[2].calls == 1 + perp_neg
    assert_same_step(whole, parted)


def test_rings_give_the_same_step_one_after_the_other(mvdream):
    settings = {"score.views": 8}
    whole = gradients(mvdream, **settings)
    for parts in (2, 5):  # of two rings there are no five
        assert_same_step(whole, gradients(mvdream, **settings, **{"memory.accumulate": parts}))


def test_a_ring_is_never_cut(mvdream):
    cameras = Cameras.join([random_ring(4, (0.0, 0.5), (0.5, 0.9), 1.1, generator(i), CPU) for i in range(3)])
    condition = mvdream.condition("a cat", "", cameras)
    noisy = torch.randn(12, 4, 8, 8, generator=generator())
    sizes = []
    asked = PriorInParts(mvdream, 2)
    real = mvdream.predict_noise
    mvdream.predict_noise = lambda part, *rest: sizes.append(len(part)) or real(part, *rest)
    try:
        answers = asked.predict_noise(noisy, 500, condition)
    finally:
        del mvdream.predict_noise
    assert sizes == [8, 4]
    for mine, whole in zip(answers, mvdream.predict_noise(noisy, 500, condition), strict=True):
        torch.testing.assert_close(mine, whole, rtol=1e-4, atol=1e-5)


def test_denoise_and_fit_runs_in_parts_too():
    """Its one ring cannot be cut, its field can: the same run but for rounding."""
    prior = GaussianPrior(mean=0.6, std=0.3, resolution=16)
    settings = {"denoise_fit.ddim_steps": 3, "denoise_fit.rays": 200, "render.samples": 16, "regularize.points": 100}
    fields = []
    for extra in ({}, {"memory.accumulate": 2, "memory.points_at_once": 500}):
        run = small_run(load_preset("preview").with_steps(3).with_overrides({**settings, **extra}), prior)
        for _ in range(2):
            run.step(ignore)
        fields.append(torch.cat([value.flatten() for value in run.scene.field.state_dict().values()]))
    torch.testing.assert_close(fields[0], fields[1], rtol=1e-3, atol=2e-3)


@pytest.mark.parametrize("field", list(PIECES))
def test_a_field_read_in_parts_gives_the_same_step(field):
    """Densities, albedos, and normals under light; of the MLP normals are derivatives themselves."""
    lit = {"score.shaded_share": 1.0, "score.shaded_from": -1.0, "score.light": "point", "score.shade_at": "samples"}
    settings = {**PIECES[field], **lit, "scene.field": field, "score.orientation_weight_start": 0.1}
    prior = GaussianPrior(mean=0.6, std=0.3, resolution=8, views=1)
    whole = gradients(prior, **settings)
    parted = gradients(prior, **settings, **{"memory.points_at_once": 300})
    assert parted[2].scene.field.most_points > 300
    assert_same_step(whole, parted)


def test_parts_need_less_for_their_gradients():
    """What is kept for the backward pass, counted: for the parts only what goes in, until their turn comes."""
    weight = torch.randn(64, 64, generator=generator(), requires_grad=True)

    def deep(rows):
        for _ in range(6):
            rows = torch.sin(rows @ weight)
        return rows

    kept = []
    for size in (1000, 100):
        held = 0

        def keep(tensor):
            nonlocal held
            held += tensor.numel()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            in_parts(deep, torch.ones(1000, 64), size)
        kept.append(held)
    assert kept[1] < kept[0] / 5


class TooLarge(GaussianPrior):
    """Asks for more memory than there is, for real, whenever it sees more than `most` pictures at a time."""

    def __init__(self, most, views=1, until=10**9):
        super().__init__(0.6, 0.3, views=views, resolution=8)
        self.most, self.until, self.asked = most, until, 0

    def predict_noise(self, noisy, timestep, condition):
        self.asked += 1
        if len(noisy) > self.most and self.asked < self.until:
            torch.empty(2**60, dtype=torch.uint8)
        return super().predict_noise(noisy, timestep, condition)


def run_of(prior, **settings):
    return small_run(load_preset("sds").with_steps(3).with_overrides({**SMALL, **settings}), prior)


def test_a_step_that_does_not_fit_is_done_again_in_smaller_parts():
    """And comes out as if it had fitted at once; the later steps stay in these parts."""
    events = []
    run, whole = run_of(TooLarge(1)), run_of(TooLarge(4))
    while not run.is_done:
        run.step(events.append)
        whole.step(ignore)
    assert [event["code"] for event in events] == ["memory", "memory"]
    assert "2 parts" in events[0]["message"] and "4 parts" in events[1]["message"]
    assert run.limits.accumulate == 4
    assert torch.equal(run.scene.generator.get_state(), whole.scene.generator.get_state())
    for name, value in run.scene.field.state_dict().items():
        torch.testing.assert_close(value, whole.scene.field.state_dict()[name], rtol=1e-3, atol=1e-4)


def test_what_can_not_be_cut_any_further_is_given_up_with_what_helps():
    events = []
    run = run_of(TooLarge(0))
    with pytest.raises(OutOfMemory, match="cut up as far as it can be") as caught:
        run.step(events.append)
    assert caught.value.remedy is not None
    assert 2 <= len(events) <= run.preset.memory.retries


def test_rings_are_the_parts_of_a_prior_that_sees_them():
    run = run_of(TooLarge(4, views=4), **{"score.views": 8})
    run.step(ignore)
    assert run.limits.accumulate == 2


def test_an_optimiser_that_finds_no_room_costs_steps_but_not_the_run(monkeypatch):
    """It may have moved some parameters and not others: back to the last good state."""
    run = run_of(GaussianPrior(0.6, 0.3, views=1, resolution=8))
    before = run.state()
    real = run.optimizer.step

    def half_a_step():
        real()
        torch.empty(2**60, dtype=torch.uint8)

    monkeypatch.setattr(run.optimizer, "step", half_a_step)
    events = []
    run.step(events.append)
    assert (run.step_index, events[0]["code"]) == (0, "memory")
    after = run.state()
    assert all(torch.equal(value, after[name]) for name, value in before.items() if name.startswith("field."))
    monkeypatch.undo()
    run.step(ignore)
    assert run.step_index == 1


@pytest.mark.parametrize("entry", [0.0, 0.4])
def test_a_first_step_that_does_not_fit_begins_again_with_what_it_began_with(entry, monkeypatch, one_thread):
    """Not with the hull of the layout that it has drawn by then, of which a branch's next would be drawn."""
    ends, shown = [], []
    for fails in (False, True):
        failures = iter([fails])

        def smoothness(*args):
            if next(failures, False):  # noqa: B023  # called in this turn
                torch.empty(2**60, dtype=torch.uint8)
            return surface_smoothness(*args)

        monkeypatch.setattr(loop, "surface_smoothness", smoothness)
        prior = WithLayouts()
        run = run_with(prior, layout_draws=1)
        run = type(run)(run.preset, run.scene, entry, has_object=True)
        monkeypatch.setattr(run.limits, "tighten", lambda rings: "not at all")  # parts' sums round in another way
        events = []
        run.step(events.append)
        assert len(prior.asked) == 1 + fails == 1 + len(events)
        shown += [start for start, _ in prior.starts]
        ends.append(run.state())
    assert bool(entry) == (shown[0] is not None)
    for start in shown[1:]:
        torch.testing.assert_close(start, shown[0], rtol=0, atol=0)
    torch.testing.assert_close(ends[1], ends[0], rtol=0, atol=0)


def test_other_errors_are_no_lack_of_memory():
    class Broken(GaussianPrior):
        def predict_noise(self, noisy, timestep, condition):
            raise RuntimeError("shapes do not match")

    run = run_of(Broken(0.6, 0.3, resolution=8))
    with pytest.raises(RuntimeError, match="shapes"):
        run.step(ignore)


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space by Linux' own means")
@pytest.mark.parametrize(("what", "megabytes"), [("prior", 110), ("field", 130)])
def test_a_process_that_may_not_have_more_memory_gets_through(what, megabytes, tmp_path):
    """Real allocations fail under a real limit; the end is that of a process without one."""
    ends = []
    for limit in (0, megabytes):
        out = tmp_path / f"{limit}.safetensors"
        command = [sys.executable, str(HERE / "limited_memory.py"), str(limit), what, str(out)]
        # glibc gives large blocks back at once if told the size; else they leave holes that none of their kind fits.
        environment = {"PYTHONPATH": f"{ROOT}:{HERE}", "OMP_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": "1000000"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert bool(events) == bool(limit)
        assert {event["code"] for event in events} <= {"memory"}
        ends.append(load_file(out))
    for name, value in ends[0].items():
        torch.testing.assert_close(ends[1][name], value, rtol=1e-3, atol=1e-4)
