"""A training of the cube as a process of its own: python run_cube.py FOLDER STEPS."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import torch  # noqa: E402  # not before the path is set
from cube_world import CubeWorld  # noqa: E402

from toybox.training.runs import open_run, train  # noqa: E402
from toybox.training.settings import Settings, configuration  # noqa: E402


def settings(steps: int) -> Settings:
    """A checkpoint after every step; the oldest chunk goes at the sixth."""
    changes = ["checkpoint_seconds=0", "log_every=1", "evaluate_every=1000", "optimiser.cooldown=4"]
    small = ["batch.singles=2", "batch.groups=1", "data.steps_per_chunk=3"]
    return configuration("smoke").changed([*changes, *small, f"optimiser.steps={steps}"])


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    device = torch.device("cpu")
    train(open_run(folder, settings(int(sys.argv[2])), CubeWorld(), device, None, False), folder, 5.0)
