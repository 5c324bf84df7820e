"""A run in a process that may take only so much address space: `python limited_memory.py MEGABYTES WHAT OUT`.

MEGABYTES: beyond what the process has when all is loaded; 0 for no limit.  WHAT: "prior" or "field", the part of a
step that needs much.  OUT: a file for the parameters that the run ends with.  Prints its events as JSON lines.
"""

import json
import resource
import sys
from pathlib import Path

import torch
from analytic import GaussianPrior, small_run
from safetensors.torch import save_file
from torch import nn

from backend.presets import load_preset
from dreamfusion_blender.errors import OutOfMemory

STEPS = 1


class Encoder(GaussianPrior):
    """A latent model whose encoder needs some 50 MB for the gradient of each picture."""

    in_pixels = False

    def __init__(self) -> None:
        super().__init__(0.6, 0.1, views=1)

    def encode(self, images):
        large = nn.functional.interpolate(images * 2 - 1, scale_factor=32)
        for _ in range(16):
            large = large + 0.1 * large.sin()
        return nn.functional.avg_pool2d(large, 32)


def main(megabytes: int, what: str, out: str) -> None:
    torch.set_num_threads(1)
    settings = {"sds.guidance_weight": 0.0, "sds.contrast_rescale": 0.0, "regularize.points": 200}
    if what == "prior":
        settings |= {"render.samples": 16}
        prior = Encoder()
    else:
        settings |= {"growth.resolution_start": 1.5, "growth.resolution_end": 1.5, "scene.field": "triplane"}
        prior = GaussianPrior(0.6, 0.1, views=1, resolution=32)
    run = small_run(load_preset("sds").with_steps(STEPS).with_overrides(settings), prior)
    if megabytes:
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limit = size + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        while not run.is_done:
            run.step(lambda event: print(json.dumps(event), flush=True))
    except OutOfMemory as error:
        print(json.dumps({"type": "error", **error.to_event()}))
        return
    save_file(run.scene.field.state_dict(), out)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
