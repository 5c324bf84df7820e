"""What a step costs beside the U-Net's call that it cannot do without; measured with the toybox prior.

    python benchmarks/step.py                one to three minutes
    python benchmarks/step.py --compile      with torch.compile as well (a C compiler, and about 90 s more)
    python benchmarks/step.py --job          a whole `standard` job too (minutes): all its time, by what took it

Calls and steps take turns, so that whatever else the machine does slows both; figures are medians, and the ratio is
the median of the ratios of neighbours.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from torch import Tensor

from backend.cameras import ring
from backend.optimize import Optimization
from backend.presets import Preset, load_preset
from backend.priors.base import Condition, Prior
from backend.priors.toybox import ToyboxPrior
from backend.run import Engine, start
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.store import JobFolder

CPU = torch.device("cpu")
SPEC = JobSpec(prompt="a red mug", device="cpu")
STEP_TARGET = 1.4  # times the bare call
OUTSIDE_TARGET = 0.4  # of a standard job
ROUNDS = 3
WARM_UP = 4  # steps


class TimedPrior(ToyboxPrior):
    """The toybox with a stopwatch on its U-Net."""

    seconds = 0.0

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """See Prior."""
        began = time.perf_counter()
        answer = super().predict_noise(noisy, timestep, condition)
        self.seconds += time.perf_counter() - began
        return answer


class TimedEngine(Engine):
    """An engine whose prior is timed."""

    def __init__(self, prior: TimedPrior) -> None:
        super().__init__()
        self.prior = prior

    def _load(self, spec: JobSpec, device: torch.device) -> Prior:
        return self.prior


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=15, help="calls and steps to measure")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--compile", action="store_true", help="measure torch.compile as well")
    parser.add_argument("--job", action="store_true", help="measure a whole job as well")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    prior = TimedPrior(4, CPU)
    print(f"\n{options.threads} threads, float32, torch {torch.__version__}, {options.pairs} pairs; {SPEC.prompt!r}\n")
    row("", "seconds", "× the call")

    eager = alternate(prior, options.pairs)
    row("guided U-Net call, 8 pictures, eager", f"{eager[0]:.3f}", "1.00")
    if options.compile:
        prior.unet = torch.compile(prior.unet)
        compiled = alternate(prior, options.pairs)
        row("  compiled", f"{compiled[0]:.3f}", f"{compiled[0] / eager[0]:.2f}")
        best = min(eager, compiled)
    else:
        row("  compiled", "not measured: --compile")
        best = eager
    call, step, ratio = best
    row("sds step, 4 views at 64 × 64", f"{step:.3f}", f"{ratio:.2f}", f"target ≤ {STEP_TARGET}")
    row("  of it outside the call", f"{step - call:.3f}", f"{ratio - 1:.2f}")

    seconds, outside = some_rounds(prior)
    target = f"target ≤ {OUTSIDE_TARGET:.0%} outside"
    row(f"standard, {ROUNDS} rounds of denoise and fit", f"{seconds:.1f}", f"{outside:.0%} outside the U-Net", target)
    if options.job:
        seconds, outside = whole_job(prior)
        row("standard, a whole job to its GLB", f"{seconds:.1f}", f"{outside:.0%} outside the U-Net", target)


def row(*cells: str) -> None:
    """One line of the table."""
    name, figure, *rest = cells
    print(f"{name:40} {figure:>9}  {'  '.join(rest)}", flush=True)


def alternate(prior: TimedPrior, pairs: int) -> tuple[float, float, float]:
    """Seconds of a bare call, seconds of an SDS step in the middle of a run, and the second over the first."""
    run = middle_of(load_preset("sds"), prior)
    noisy = torch.randn(4, 3, prior.resolution, prior.resolution)
    condition = prior.condition(SPEC.prompt, "", ring(4, 0.0, 0.2, 0.75, 1.1, CPU))
    for _ in range(WARM_UP):
        prior.predict_noise(noisy, 500, condition)
        run.step(print)
    calls, steps = [], []
    for _ in range(pairs):
        calls.append(seconds_of(lambda: prior.predict_noise(noisy, 500, condition)))
        steps.append(seconds_of(lambda: run.step(print)))
    ratios = [step / call for call, step in zip(calls, steps, strict=True)]
    return statistics.median(calls), statistics.median(steps), statistics.median(ratios)


def middle_of(preset: Preset, prior: Prior) -> Optimization:
    """A run at half its way, where surfaces are shaded and empty space is skipped as in most of it."""
    run = start(SPEC, preset, prior, CPU)
    every = preset.render.occupancy_every
    run.step_index = run.steps // 2 // every * every
    return run


def some_rounds(prior: TimedPrior) -> tuple[float, float]:
    """Seconds of some rounds of `standard` (from the second on), and the share of them outside the U-Net."""
    preset = load_preset("standard")
    settings = preset.denoise_fit
    run = start(SPEC, preset, prior, CPU)
    for _ in range(settings.first_steps * settings.steps_per_ring):
        run.step(print)
    before = prior.seconds
    seconds = seconds_of(lambda: [run.step(print) for _ in range(ROUNDS * settings.steps_per_ring)])
    return seconds, 1 - (prior.seconds - before) / seconds


def whole_job(prior: TimedPrior) -> tuple[float, float]:
    """Seconds of a `standard` job with a loaded prior, and the share of them outside the U-Net."""
    before = prior.seconds
    with tempfile.TemporaryDirectory() as folder:
        job = JobFolder.create(SPEC, Path(folder))
        seconds = seconds_of(lambda: TimedEngine(prior).run(job, lambda event: None, lambda: False))
    return seconds, 1 - (prior.seconds - before) / seconds


def seconds_of(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
