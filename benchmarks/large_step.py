"""A step of score distillation with the large priors at full size, in all and part by part, against two floors.

    python benchmarks/large_step.py                         all models, one view and four: on a GPU under ten minutes
    python benchmarks/large_step.py --device cpu --models sd15 --views 1 --rounds 1     on a processor: minutes

Weights are random (benchmarks/random_priors.py), numbers are in the formats that the product uses (float16 and bfloat16
on a GPU, float32 on a processor), the preset is `fast` (`mvdream` for MVDream) in its middle, with one call of the
prior a step and renders that do not grow.

The floors: what has to be computed, FLOPs counted over the rate at which this very device multiplies matrices; and on a
GPU the parts that no step can do without (encode, U-Net, backward through the encoder), compiled if --compile, captured
in a CUDA graph each, and run back to back. The step should take at most 1.3 times the latter.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

from backend.priors.base import Prior
from backend.priors.precision import usual_precision
from backend.priors.stable_diffusion import StableDiffusionPrior
from benchmarks.random_priors import PRIORS
from benchmarks.step_parts import Parts, middle_of

TARGET = 1.3  # times the captured parts
LARGE = 512  # pixels a side of the second render
MATRIX = {"cuda": 8192, "cpu": 2048}  # a side of the matrices that are multiplied
COMPILE_UNTIL = 300  # s: a compilation that begins later could end after ten minutes


@dataclass
class Bench:
    """One prior on one device: how to time things there."""

    device: torch.device
    rounds: int
    rate: float  # TFLOP/s of matrix products

    def time(self, work: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> float:
        """The median of some rounds, in s, after one that does not count (none on a processor)."""
        taken: list[float] = []
        for _ in range(self.rounds + (self.device.type == "cuda")):
            prepare()
            self._wait()
            began = time.perf_counter()
            work()
            self._wait()
            taken.append(time.perf_counter() - began)
        return statistics.median(taken[-self.rounds :])

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def row(self, name: str, seconds: float, tflop: float | None = None, note: str = "") -> None:
        """One line: seconds, and where they are known the FLOPs and the time that they need at least."""
        floor = "" if tflop is None else f"{tflop:9.2f}  {tflop / self.rate:10.4f}  {tflop / self.rate / seconds:8.0%}"
        print(f"  {name:34} {seconds:10.4f} {floor:32} {note}", flush=True)


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=",".join(PRIORS), help=f"some of {', '.join(PRIORS)}, with commas")
    parser.add_argument("--views", default="1,4", help="a step, with commas; MVDream has at least four")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--picture", type=int, help="pixels a side of what Stable Diffusion sees, to make it cheaper")
    parser.add_argument("--compile", action="store_true", help="compile the captured parts, while there is time")
    options = parser.parse_args()
    device, began = torch.device(options.device), time.monotonic()
    bench = Bench(device, options.rounds, 0.0)
    bench.rate = matrix_rate(bench)
    where = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} threads"
    precision = usual_precision(device)
    print(f"{where}, torch {torch.__version__}; denoiser {precision.denoiser}, autoencoder {precision.vae}")
    print(f"matrix products: {bench.rate:.3g} TFLOP/s in {matrix_dtype(device)}\n")
    for name in options.models.split(","):
        prior = PRIORS[name](device, precision)
        if options.picture and isinstance(prior, StableDiffusionPrior):
            prior.size = options.picture
        for views in sorted({max(int(each), prior.views) for each in options.views.split(",")}):
            measure(name, prior, views, bench, options.compile and time.monotonic() - began < COMPILE_UNTIL)
        del prior
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()


def matrix_dtype(device: torch.device) -> torch.dtype:
    """What the rate is measured in."""
    return torch.float32 if device.type == "cpu" else torch.bfloat16


def matrix_rate(bench: Bench) -> float:
    """TFLOP/s of large square matrix products."""
    side = MATRIX[bench.device.type]
    left, right = (torch.randn(side, side, dtype=matrix_dtype(bench.device), device=bench.device) for _ in "ab")
    return 2 * side**3 / bench.time(lambda: left @ right) / 1e12


def measure(name: str, prior: Prior, views: int, bench: Bench, compiled: bool) -> None:
    """One table."""
    if bench.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    run = middle_of(name, prior, views, bench.device)
    parts = Parts(run, views, bench.device)
    print(f"{name}, {views} view{'s' if views > 1 else ''}, renders of {prior.resolution}, latents {parts.z_shape}")
    print(f"  {'':34} {'seconds':>10} {'TFLOP':>9}  {'floor, s':>10}  {'reached':>8}")
    whole = bench.time(lambda: run.step(print))
    floor = parts.count(parts.encode_and_back) + parts.count(parts.unet)
    bench.row("whole step", whole, floor, "floor: encoder and U-Net alone")
    bench.row(f"render at {prior.resolution}", bench.time(lambda: parts.render(prior.resolution)))
    bench.row(f"render at {LARGE}", bench.time(lambda: parts.render(LARGE)))
    bench.row("encode", bench.time(parts.encode), parts.count(parts.encode))
    bench.row("U-Net, both texts", bench.time(parts.unet), parts.count(parts.unet))
    back = parts.count(parts.encode_and_back) - parts.count(parts.encode)
    bench.row("backward through encoder and field", bench.time(parts.backward, parts.forward), back)
    bench.row("optimiser", bench.time(run.optimizer.step))
    if bench.device.type == "cuda":
        reference(parts, bench, compiled, whole, floor)
        print(f"  peak memory {torch.cuda.max_memory_allocated() / 2**30:.2f} GiB\n", flush=True)
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"  captured parts: on a GPU alone\n  peak memory {peak:.2f} GiB, of the process so far\n", flush=True)


def reference(parts: Parts, bench: Bench, compiled: bool, whole: float, floor: float) -> None:
    """The parts in graphs, and how many times longer the whole step takes."""
    kind = "compiled and captured" if compiled else "captured"
    try:
        captured = bench.time(parts.captured(compiled))
    except RuntimeError as error:  # the other models' figures are still wanted
        print(f"  encode, U-Net, back could not be {kind}: {str(error).splitlines()[0]}")
        return
    bench.row(f"the parts {kind}", captured, floor)
    print(f"  whole step / the parts: {whole / captured:.2f} (target ≤ {TARGET})")


if __name__ == "__main__":
    main()
