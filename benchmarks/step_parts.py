"""What a step with a large prior is made of, each part to be run, counted and captured by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from backend.cameras import Cameras, random_cameras, random_ring
from backend.optimize import Optimization
from backend.presets import load_preset
from backend.priors.base import Prior
from backend.starting import start
from dreamfusion_blender.job import JobSpec

SPEC = JobSpec(prompt="a red mug")
PLAIN = {
    "sds.perp_neg": False,
    "growth.resolution_start": 1.0,
    "growth.resolution_end": 1.0,
    "growth.views_start": 1.0,
    "growth.views_end": 1.0,
}
TIMESTEP = 500


def middle_of(name: str, prior: Prior, views: int, device: torch.device) -> Optimization:
    """A run at half its way, where surfaces are shaded and empty space is skipped as in most of it."""
    preset = load_preset("mvdream" if name == "mvdream" else "fast").with_overrides({**PLAIN, "score.views": views})
    run = start(SPEC, preset, prior, device)
    every = preset.render.occupancy_every
    run.step_index = run.steps // 2 // every * every
    return run


class Parts:
    """What a step is made of, each part to be run by itself."""

    def __init__(self, run: Optimization, views: int, device: torch.device) -> None:
        self.scene, self.prior, self.device = run.scene, run.scene.prior, device
        common = ((0.1, 0.5), (0.6, 0.9), 1.1, run.scene.generator, device)
        if self.prior.views > 1:
            rings = [random_ring(self.prior.views, *common) for _ in range(views // self.prior.views)]
            self.cameras = Cameras.join(rings)
        else:
            self.cameras = random_cameras(views, *common)
        self.condition = self.prior.condition(SPEC.prompt, "", self.cameras)
        size = self.prior.resolution
        self.images = torch.rand(views, 3, size, size, device=device, requires_grad=True)
        with torch.no_grad():
            self.z = self.prior.encode(self.images)
        self.gradient = torch.randn_like(self.z)
        self.loss = self.gradient.sum()
        run.step(print)  # so that the optimiser has moved, and memory has been measured

    @property
    def z_shape(self) -> tuple[int, ...]:
        """The latents'."""
        return tuple(self.z.shape)

    def render(self, size: int) -> Tensor:
        """The views in colour, without light: [B, 3, size, size]."""
        scene = self.scene
        seen = scene.renderer(scene.field, self.cameras.all_rays(size), scene.generator)
        return seen.albedo.view(len(self.cameras), size, size, 3).permute(0, 3, 1, 2)

    def encode(self) -> Tensor:
        """Pictures to latents, as a part of a graph."""
        return self.prior.encode(self.images)

    def unet(self) -> object:
        """The prior's answer for both texts."""
        return self.prior.predict_noise(self.z, TIMESTEP, self.condition)

    def encode_and_back(self) -> None:
        """Both ways through the encoder alone."""
        (self.encode() * self.gradient).sum().backward()

    def forward(self) -> None:
        """What `backward` needs: a graph from the field to the latents."""
        self.loss = (self.prior.encode(self.render(self.prior.resolution)) * self.gradient).sum()

    def backward(self) -> None:
        """From the latents to the field's parameters."""
        self.loss.backward()

    def count(self, work: Callable[[], object]) -> float:
        """TFLOP of matrix products and convolutions."""
        with FlopCounterMode(display=False) as counter:
            work()
        return counter.get_total_flops() / 1e12

    def captured(self, compiled: bool) -> Callable[[], None]:
        """Encode, U-Net and backward through the encoder, as CUDA graphs that are replayed one after another."""
        unet = self.bare_unet()
        if compiled:
            self._compile()
        graphs = [self._capture(work) for work in (unet, self.encode_and_back)]

        def replay() -> None:
            for graph in graphs:
                graph.replay()

        return replay

    def bare_unet(self) -> Callable[[], object]:
        """The call of the U-Net that `unet` comes to. A graph may copy nothing from the processor, so the timestep is
        a tensor, and what the adapter tells the U-Net beside it is kept.
        """
        prior: Any = self.prior
        calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        hook = prior.unet.register_forward_pre_hook(
            lambda _, arguments, named: calls.append((arguments, named)), with_kwargs=True
        )
        self.unet()
        hook.remove()
        (arguments, named) = calls[0]
        sample, _, *rest = arguments
        timestep = torch.tensor(TIMESTEP, device=self.device)

        @torch.no_grad()
        def call() -> object:
            return prior.unet(sample, timestep, *rest, **named)

        return call

    def _compile(self) -> None:
        prior: Any = self.prior
        prior.unet.compile()
        if not prior.in_pixels:
            prior.encoders.full.vae.encoder.compile()

    def _capture(self, work: Callable[[], object]) -> torch.cuda.CUDAGraph:
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(3):  # as torch's notes on capturing have it
                work()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            work()
        return graph
