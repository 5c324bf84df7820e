"""The embedded prior: a small pixel-space diffusion model of simple objects, seen in one view or in four together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from transformers import AutoTokenizer, CLIPTextModel

from backend.cameras import Cameras
from backend.priors.base import Condition
from backend.priors.layouts import LAYOUTS, Layout, has_layouts
from backend.priors.loading.checksums import verify
from backend.priors.loading.components import load_component
from backend.priors.loading.schedulers import prediction_type, read_schedule, read_scheduler
from backend.priors.text.clip import run_clip, tokens_of
from backend.priors.text.embeddings import EmbeddingCache, PromptEmbedding, condition_in_words
from backend.priors.toybox_attention import MultiViewAttention
from backend.priors.toybox_layouts import ToyboxLayouts
from backend.priors.toybox_variant import FOLDER, LIGHT_NUMBERS, light_labels, ray_maps, read_variant

__all__ = ["ToyboxPrior"]


class ToyboxPrior:
    """Small pictures; cameras as matrices, as rays or as both (four views), or as words (one view).

    Which of these a folder's weights are, and what its pictures show: `variant`.
    """

    in_pixels = True

    def __init__(
        self, views: int, device: torch.device, folder: Path = FOLDER, precision: torch.dtype = torch.float32
    ) -> None:
        """views: 4 to look at four views of an object together, 1 to look at each alone.

        precision: what the U-Net multiplies in; its weights stay in float32.

        Raises WeightsMissing or WeightsDamaged when a file is missing or is not the one that was shipped.
        """
        verify(folder)
        self.variant = read_variant(folder)
        self.resolution = self.variant.resolution
        self.sees_normals = self.variant.normals
        self.hears_light = self.variant.light
        self.hears_cameras = self.variant.sees_rays  # matrices alone were not heard, see the model card
        self.views = views
        self.calls = 0
        self.device = device
        self.precision = precision
        self.unet: Any = load_component(UNet2DConditionModel, folder / "unet", torch.float32, device)
        self.unet.to(memory_format=torch.channels_last)
        self.unet.set_attn_processor(MultiViewAttention(views))
        self.text_encoder: Any = load_component(CLIPTextModel, folder / "text_encoder", torch.float32, device)
        self.tokenizer = AutoTokenizer.from_pretrained(folder / "tokenizer", local_files_only=True)
        scheduler = read_scheduler(folder)
        self.schedule = read_schedule(scheduler, device)
        self.prediction = prediction_type(scheduler)
        self._embeddings = EmbeddingCache(self._embed)
        self.draws_layouts = views > 1 and has_layouts(folder)
        self._layouts = ToyboxLayouts(folder / LAYOUTS, device, precision) if self.draws_layouts else None

    def encode(self, images: Tensor) -> Tensor:
        """A pixel model: latents are the pictures in -1 … 1, normals (if it sees them) beside the colours."""
        return images * 2 - 1

    def decode(self, latents: Tensor) -> Tensor:
        """The pictures in 0 … 1."""
        return latents / 2 + 0.5

    def condition(self, prompt: str, negative_prompt: str, cameras: Cameras, say_views: bool = True) -> Condition:
        """Four views: the cameras' matrices. One view: the direction in words, as DreamFusion §3.2 does."""
        maps = ray_maps(cameras, self.resolution) if self.variant.sees_rays else None
        if self.views == 1:
            told = condition_in_words(self._embeddings, prompt, negative_prompt, cameras, say_views)
            return told if maps is None else replace(told, rays=torch.zeros_like(maps))
        (text, _), (empty, _) = self._embeddings([prompt, negative_prompt])
        views = len(cameras)
        matrices = cameras.matrices()
        if not self.variant.reads_matrix:
            matrices = torch.zeros_like(matrices)
        return Condition(text.expand(views, -1, -1), empty.expand(views, -1, -1), matrices, rays=maps)

    def draw_layout(
        self,
        prompt: str,
        negative_prompt: str,
        cameras: Cameras,
        generator: torch.Generator,
        start: Layout | None = None,
        level: float = 1.0,
    ) -> Layout:
        """See DrawsLayouts."""
        assert self._layouts is not None
        texts = [prompt, negative_prompt]
        hidden = torch.stack([each.text for each in self._embeddings(texts)])
        tokens = tokens_of(self.tokenizer, texts, hidden.shape[1]).to(self.device)
        return self._layouts.draw(hidden, tokens, cameras, generator, start, level)

    def under_light(self, condition: Condition, cameras: Cameras, lights: Tensor) -> Condition:
        """See HearsLight."""
        return replace(condition, light=light_labels(cameras, lights))

    def predict_noise(self, noisy: Tensor, timestep: int, condition: Condition) -> tuple[Tensor, Tensor]:
        """Prompt and negative prompt in one batch of 2 B pictures; see Prior."""
        self.calls += 1
        twice = torch.cat([noisy, noisy])
        seen = twice if condition.rays is None else torch.cat([twice, self._with_unguided(condition.rays)], dim=1)
        faster = torch.autocast(self.device.type, self.precision, enabled=self.precision is not torch.float32)
        with torch.no_grad(), faster:
            answer = self.unet(
                seen.contiguous(memory_format=torch.channels_last),
                timestep,
                torch.cat([condition.text, condition.empty_text]),
                class_labels=self._labels(condition),
            ).sample.float()
        if self.prediction == "v_prediction":
            answer = self.schedule.noise_from_velocity(twice, answer, timestep)
        conditional, unconditional = answer.chunk(2)
        return conditional, unconditional

    def _with_unguided(self, told: Tensor) -> Tensor:
        """What is told about the cameras for the prompt, and then for the negative prompt: [2 B, ...]."""
        return torch.cat([told, torch.zeros_like(told) if self.variant.camera_guidance else told])

    def _labels(self, condition: Condition) -> Tensor:
        """Cameras and light, of the prompt and of the negative prompt: [2 B, 16 or 20]. Light is not guided."""
        cameras = self._with_unguided(condition.cameras)
        if not self.hears_light:
            return cameras
        light = condition.light
        if light is None:
            light = cameras.new_zeros(len(condition.cameras), LIGHT_NUMBERS)
        return torch.cat([cameras, torch.cat([light, light])], dim=1)

    @torch.no_grad()
    def _embed(self, texts: list[str]) -> list[PromptEmbedding]:
        """[32, D] for each text, one by one, so that no embedding depends on which others are asked for with it."""
        outputs = (run_clip(self.text_encoder, self.tokenizer, [text]) for text in texts)
        return [PromptEmbedding(output.last_hidden_state[0]) for output in outputs]
