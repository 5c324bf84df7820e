"""What a step costs beside the U-Net's call that it cannot do without; measured with the toybox prior.

    python benchmarks/step.py                one to three minutes
    python benchmarks/step.py --compile      with torch.compile as well (a C compiler, and about 90 s more)
    python benchmarks/step.py --job          a whole `standard` job too (minutes): all its time, by what took it

Calls and steps take turns, so that whatever else the machine does slows both; figures are medians, and a ratio is the
median of the ratios of neighbours. Seconds are the clock's; the ratio of processor seconds stands beside, for machines
that are busy with other things (OMP_WAIT_POLICY=passive keeps waiting threads from counting as work).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from torch import Tensor

from backend.cameras import ring
from backend.distillation.denoise_fit import DenoiseFit
from backend.optimize import Optimization
from backend.presets import Preset, load_preset
from backend.priors.base import Condition, Prior
from backend.priors.toybox import ToyboxPrior
from backend.run import Engine
from backend.starting import start
from benchmarks.stopwatch import Took, median, time_of
from dreamfusion_blender.job import JobSpec
from dreamfusion_blender.models import PriorOptions, Source
from dreamfusion_blender.store import JobFolder

CPU = torch.device("cpu")
SPEC = JobSpec(prompt="a red mug", device="cpu")
STEP_TARGET = 1.4  # times the bare call
OUTSIDE_TARGET = 0.4  # of a whole job
ROUNDS = 3
WARM_UP = 3  # pairs


class TimedPrior(ToyboxPrior):
    """The toybox with a stopwatch on its U-Net."""

    def __init__(self) -> None:
        super().__init__(4, CPU)
        self.took = Took(0.0, 0.0)

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """See Prior."""
        began = Took.now()
        answer = super().predict_noise(noisy, timestep, condition)
        self.took = self.took + Took.since(began)
        return answer


class TimedEngine(Engine):
    """An engine whose prior is timed."""

    def __init__(self, prior: TimedPrior) -> None:
        super().__init__()
        self.prior = prior

    def _load(self, source: Source, views: int, device: torch.device, options: PriorOptions) -> Prior:
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
    prior = TimedPrior()
    print(f"\n{options.threads} threads, float32, torch {torch.__version__}, {options.pairs} pairs; {SPEC.prompt!r}\n")
    row("", "seconds", "× the call", "× by processor time")

    eager = alternate(prior, options.pairs)
    row("guided U-Net call, 8 pictures, eager", f"{eager.call.clock:.3f}", "1.00", "1.00")
    best = eager
    if options.compile:
        prior.unet = torch.compile(prior.unet)
        compiled = alternate(prior, options.pairs)
        share = compiled.call / eager.call
        row("  compiled", f"{compiled.call.clock:.3f}", f"{share.clock:.2f}", f"{share.processor:.2f}")
        best = min(eager, compiled, key=lambda measured: measured.call.clock)
    else:
        row("  compiled", "not measured: --compile")
    row(
        "sds step, 4 views at 64 × 64",
        f"{best.step.clock:.3f}",
        f"{best.ratio.clock:.2f}",
        f"{best.ratio.processor:.2f}",
        f"target ≤ {STEP_TARGET}",
    )

    row("", "seconds", "outside the U-Net", "by processor time")
    row(f"standard, {ROUNDS} rounds of denoise and fit", *outside(*some_rounds(prior)))
    if options.job:
        row("standard, a whole job to its GLB", *outside(*whole_job(prior)))


def row(*cells: str) -> None:
    """One line of the table."""
    name, figure, *rest = cells
    print(f"{name:38} {figure:>8}  {'  '.join(f'{cell:18}' for cell in rest)}", flush=True)


def outside(whole: Took, calls: Took) -> tuple[str, ...]:
    """The cells for some work of which the U-Net's calls took a part."""
    share = (whole - calls) / whole
    return f"{whole.clock:.1f}", f"{share.clock:.0%}", f"{share.processor:.0%}", f"target ≤ {OUTSIDE_TARGET:.0%}"


@dataclass(frozen=True)
class Measured:
    """Medians of calls and of steps in turns, and of their neighbours' ratios."""

    call: Took
    step: Took
    ratio: Took


def alternate(prior: TimedPrior, pairs: int) -> Measured:
    """Bare calls and SDS steps in the middle of a run, in turns."""
    run = middle_of(load_preset("sds"), prior)
    noisy = torch.randn(4, 3, prior.resolution, prior.resolution)
    condition = prior.condition(SPEC.prompt, "", ring(4, 0.0, 0.2, 0.75, 1.1, CPU))
    calls, steps = [], []
    for number in range(WARM_UP + pairs):
        call = time_of(lambda: prior.predict_noise(noisy, 500, condition))
        step = time_of(lambda: run.step(print))
        if number >= WARM_UP:
            calls.append(call)
            steps.append(step)
    return Measured(median(calls), median(steps), median([s / c for c, s in zip(calls, steps, strict=True)]))


def middle_of(preset: Preset, prior: Prior) -> Optimization:
    """A run at half its way, where surfaces are shaded and empty space is skipped as in most of it."""
    run = start(SPEC, preset, prior, CPU)
    every = preset.render.occupancy_every
    run.step_index = run.steps // 2 // every * every
    return run


def some_rounds(prior: TimedPrior) -> tuple[Took, Took]:
    """Rounds in the middle of `standard`, and the U-Net's part of them."""
    preset = load_preset("standard")
    rounds = preset.denoise_fit
    run = start(SPEC, preset, prior, CPU)
    objective = run.objectives[0]
    assert isinstance(objective, DenoiseFit)
    # As if half of the rounds were done: what a step costs depends on how far the run is.
    objective.round = objective.rounds // 2 + 1  # one that shapes are redrawn beside
    objective.step = (objective.round + rounds.first_steps - 1) * rounds.steps_per_ring
    every = preset.render.occupancy_every
    run.step_index = objective.step // every * every
    before = prior.took
    whole = time_of(lambda: [run.step(print) for _ in range(ROUNDS * rounds.steps_per_ring)])
    return whole, prior.took - before


def whole_job(prior: TimedPrior) -> tuple[Took, Took]:
    """A `standard` job with a loaded prior, and the U-Net's part of it."""
    before = prior.took
    with tempfile.TemporaryDirectory() as folder:
        job = JobFolder.create(SPEC, Path(folder))
        whole = time_of(lambda: TimedEngine(prior).run(job, lambda event: None, lambda: False))
    return whole, prior.took - before


if __name__ == "__main__":
    main()
