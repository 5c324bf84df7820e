"""Shampoo against direct matrix computations, and beside Adam in one run."""

import dataclasses
import math

import pytest
import torch
from analytic import generator, ignore, small_run
from test_optimize import PRESET, losses, prior
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from backend.checkpoint import load_checkpoint, save_checkpoint
from backend.optimizers import MixedOptimizer, Shampoo, ShampooSettings
from backend.optimizers.shampoo import inverse_root
from backend.schedules import warmup_cosine
from dreamfusion_blender.errors import CheckpointDamaged

BARE = ShampooSettings(beta1=0.0)  # no momentum
RATE = 1e-3


def moved(shape, settings=BARE, steps=3, scale=1.0):
    """Steps of a parameter from 0 under random gradients: the gradients and where the parameter went each time."""
    draws = generator(7)
    gradients = [scale * torch.randn(shape, generator=draws) for _ in range(steps)]
    parameter = torch.zeros(shape, requires_grad=True)
    optimizer = Shampoo([{"params": [parameter], "lr": RATE}], settings)
    places = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
        places.append(parameter.detach().clone())
    return gradients, places


def power(matrix, exponent):
    """By singular values, which is another way than the code's."""
    u, s, vh = torch.linalg.svd(matrix)
    return u @ torch.diag(s**exponent) @ vh


def direct(gradients, epsilon=1e-6, beta2=0.9):
    """L^(-1/2) G R^(-1/2) for the last of some gradients of one block."""
    left = sum((1 - beta2) * beta2**age * g @ g.T for age, g in enumerate(reversed([g.double() for g in gradients])))
    right = sum((1 - beta2) * beta2**age * g.T @ g for age, g in enumerate(reversed([g.double() for g in gradients])))
    roots = []
    for statistics in (left, right):
        ridge = epsilon * torch.linalg.matrix_norm(statistics, 2) * torch.eye(len(statistics), dtype=torch.double)
        roots.append(power(statistics + ridge, -0.5))
    return (roots[0] @ gradients[-1].double() @ roots[1]).float()


def unit(update):
    return update * math.sqrt(update.numel()) / update.norm()


def test_an_inverse_root_undoes_the_power():
    half = torch.randn(5, 6, 9, generator=generator())
    matrices = half @ half.mT
    roots = inverse_root(matrices, 4, 0.0)
    whole = roots @ roots @ roots @ roots @ matrices
    torch.testing.assert_close(whole, torch.eye(6).expand(5, 6, 6), rtol=0, atol=2e-3)
    assert torch.equal(inverse_root(torch.zeros(1, 3, 3), 2, 1e-6)[0], torch.eye(3))


def test_roots_of_what_is_no_number_are_none():
    """And no error of the decomposition, which would end the job; the others' roots stay right."""
    good = torch.eye(3)[None] * 4
    for bad in (math.inf, math.nan):
        roots = inverse_root(torch.cat([good, good * bad, good]), 2, 0.0)
        torch.testing.assert_close(roots[[0, 2]], good.expand(2, 3, 3) / 8)
        assert roots[1].isnan().any()


class WithoutDoubles(TorchDispatchMode):
    """Refuses double precision anywhere but on the CPU, as Apple's GPUs do."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for each in made if isinstance(made, tuple) else (made,):
            if isinstance(each, torch.Tensor) and each.dtype == torch.float64 and each.device.type != "cpu":
                raise TypeError("no float64 here")
        return made


def test_roots_need_no_double_precision_on_the_device():
    with FakeTensorMode(), WithoutDoubles():
        there = torch.zeros(2, 3, 3, device="mps")
        with pytest.raises(TypeError, match="no float64 here"):
            there.double()
        roots = inverse_root(there, 2, 1e-6)
    assert (roots.device.type, roots.dtype, roots.shape) == ("mps", torch.float32, (2, 3, 3))


def test_one_block_is_the_direct_computation():
    gradients, places = moved((6, 5))
    step = places[2] - places[1]
    torch.testing.assert_close(step, -RATE * unit(direct(gradients)), rtol=2e-3, atol=1e-6)


def test_large_matrices_are_preconditioned_block_by_block_and_scaled_as_one():
    gradients, places = moved((7, 10), dataclasses.replace(BARE, block_size=4))
    expected = torch.cat(
        [
            torch.cat(
                [direct([g[rows, columns] for g in gradients]) for columns in map(slice, (0, 4, 8), (4, 8, 10))], 1
            )
            for rows in map(slice, (0, 4), (4, 7))
        ]
    )
    torch.testing.assert_close(places[2] - places[1], -RATE * unit(expected), rtol=5e-3, atol=1e-6)


def test_vectors_are_divided_by_the_root_of_their_mean_squares():
    gradients, places = moved((8,))
    squares = sum(0.1 * 0.9**age * g**2 for age, g in enumerate(reversed(gradients)))
    expected = unit(gradients[2] / (squares + 1e-6 * squares.max()).sqrt())
    torch.testing.assert_close(places[2] - places[1], -RATE * expected, rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("shape", [(128, 48), (200, 130), (64,), (3, 4, 5), ()])
@pytest.mark.parametrize("scale", [1.0, 1e-7, 1e6])
def test_a_step_has_the_learning_rate_as_its_rms_whatever_the_loss_is_multiplied_with(shape, scale):
    _, places = moved(shape, steps=2, scale=scale)
    for step in (places[0], places[1] - places[0]):
        assert step.square().mean().sqrt().item() == pytest.approx(RATE, rel=1e-4)


def test_no_gradient_is_no_step():
    _, places = moved((4, 4), scale=0.0)
    assert torch.equal(places[2], torch.zeros(4, 4))


def test_momentum_adds_up():
    """Under a gradient that stays, v → u / (1 - β1); Nesterov's look ahead, u + β1 v, has the same limit."""
    for nesterov in (False, True):
        parameter = torch.zeros(3, requires_grad=True)
        optimizer = Shampoo([{"params": [parameter], "lr": RATE}], ShampooSettings(nesterov=nesterov))
        before = torch.zeros(3)
        for _ in range(200):
            before = parameter.detach().clone()
            parameter.grad = torch.ones(3)
            optimizer.step()
        torch.testing.assert_close(parameter.detach() - before, torch.full((3,), -RATE * 10), rtol=1e-3, atol=0)


def test_roots_are_renewed_only_every_so_often():
    settings = dataclasses.replace(BARE, root_every=2)
    gradients, places = moved((6, 5), settings, steps=2)
    first = gradients[0].double()
    roots = [
        power(0.1 * s + 1e-6 * torch.linalg.matrix_norm(0.1 * s, 2) * torch.eye(len(s)), -0.5)
        for s in (first @ first.T, first.T @ first)
    ]
    old = unit((roots[0] @ gradients[1].double() @ roots[1]).float())
    torch.testing.assert_close(places[1] - places[0], -RATE * old, rtol=5e-3, atol=1e-6)


def test_it_gets_far_where_the_steepest_descent_does_not():
    """½ |A W B|² with both sides ill-conditioned (1 … 10⁻²): along the gradient's sign or direction one creeps."""

    def descend(make):
        draws = generator(1)
        weights = torch.randn(8, 8, generator=draws).requires_grad_()
        scales = torch.logspace(0, -2, 8)
        optimizer = make([weights])
        for step in range(400):
            optimizer.param_groups[0]["lr"] = 0.03 * (1 - step / 400)
            optimizer.zero_grad()
            loss = 0.5 * (scales[:, None] * weights * scales).square().sum()
            loss.backward()
            optimizer.step()
        return weights.detach().square().mean().sqrt().item()

    plain = descend(lambda weights: torch.optim.SGD(weights, lr=0.03, momentum=0.9))
    preconditioned = descend(lambda weights: Shampoo([{"params": weights, "lr": 0.03}], ShampooSettings()))
    assert plain > 0.5
    assert preconditioned < 0.1


def make_mixed():
    draws = generator(2)
    matrix, bias, grid = (
        torch.randn(shape, generator=draws).requires_grad_() for shape in ((6, 5), (6,), (1, 2, 4, 4, 4))
    )
    groups = [{"params": [grid], "lr": 1e-2, "optimizer": "adam"}, {"params": [matrix, bias], "lr": 1e-3}]
    return MixedOptimizer(groups, "shampoo", (0.9, 0.99), ShampooSettings()), [matrix, bias, grid]


def step_mixed(optimizer, parameters, draws):
    for parameter in parameters:
        parameter.grad = torch.randn(parameter.shape, generator=draws)
    optimizer.step()


def test_groups_choose_their_method_and_the_rest_takes_the_default():
    optimizer, (matrix, bias, grid) = make_mixed()
    assert optimizer.members["adam"].param_groups[0]["params"] == [grid]
    assert optimizer.members["shampoo"].param_groups[0]["params"] == [matrix, bias]
    assert [group["lr"] for group in optimizer.param_groups] == [1e-2, 1e-3]
    with pytest.raises(KeyError, match="adan"):
        MixedOptimizer([{"params": [grid], "optimizer": "adan"}], "adam", (0.9, 0.99), ShampooSettings())


def test_the_state_goes_through_names_and_tensors_and_back():
    optimizer, parameters = make_mixed()
    draws = generator(3)
    for _ in range(4):
        step_mixed(optimizer, parameters, draws)
    state = {name: value.clone() for name, value in optimizer.state_dict().items()}
    assert {"adam.0.exp_avg", "shampoo.0.left.0", "shampoo.0.right_root.0", "shampoo.1.squares"} <= state.keys()

    other, others = make_mixed()
    other.load_state_dict(state)
    for mine, theirs in zip(parameters, others, strict=True):
        theirs.data.copy_(mine.data)
    after = draws.get_state()
    step_mixed(optimizer, parameters, draws)
    draws.set_state(after)
    step_mixed(other, others, draws)
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(parameters, others, strict=True))
    del state["shampoo.0.left.0"]
    with pytest.raises(KeyError, match="missing"):
        other.load_state_dict(state)


SHAMPOO = PRESET.with_overrides({"optimize.optimizer": "shampoo", "optimize.schedule": "warmup_cosine"})


def test_a_run_under_shampoo_resumes_bit_for_bit(tmp_path):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in another order are other sums
    whole = small_run(SHAMPOO, prior())
    expected = losses(whole, 8)
    begun = small_run(SHAMPOO, prior())
    first = losses(begun, 6)
    save_checkpoint(begun, tmp_path / "checkpoint")
    resumed = small_run(SHAMPOO, prior(), seed=99)
    load_checkpoint(resumed, tmp_path / "checkpoint")
    assert first + losses(resumed, 2) == expected
    with pytest.raises(CheckpointDamaged, match="another optimiser"):
        load_checkpoint(small_run(PRESET, prior()), tmp_path / "checkpoint")
    torch.set_num_threads(threads)


def test_the_schedule_warms_up_and_cools_down():
    """DreamFusion's: 1e-9 → 1e-4 over a fifth of the run, then a cosine to 1e-6."""
    share = [warmup_cosine(progress, 0.2, 1e-5, 1e-2) for progress in (0.0, 0.1, 0.2, 0.6, 1.0)]
    assert share == pytest.approx([1e-5, (1e-5 + 1) / 2, 1.0, (1 + 1e-2) / 2, 1e-2])


def test_a_run_follows_the_schedule():
    run = small_run(SHAMPOO, prior())
    rates = run.base_rates
    seen = []
    for step in (0, 3, 6, 29):
        run.step_index = step
        run.step(ignore)
        seen.append([group["lr"] for group in run.optimizer.param_groups])
    settings = SHAMPOO.optimize
    for step, found in zip((0, 3, 6, 29), seen, strict=True):
        share = warmup_cosine(step / 30, 0.2, settings.learning_rate_start, settings.learning_rate_end)
        assert found == pytest.approx([rate * share for rate in rates])
