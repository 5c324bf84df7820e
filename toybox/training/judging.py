"""The judge's training: a small CLIP that says which caption a picture of the toybox's world shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import CLIPConfig, CLIPModel

from dreamfusion_blender.errors import BadSpec
from toybox.training.checkpoint import load_checkpoint, optimiser_tensors, restore_optimiser, save_checkpoint
from toybox.training.pictures import compose, random_look
from toybox.training.seeds import torch_stream
from toybox.training.settings import BatchSettings, DataSettings, NetworkSettings, OptimiserSettings, Settings
from toybox.training.store import Chunk, Chunks, Store
from toybox.training.trainer import learning_rate
from toybox.training.views import World
from toybox.training.words import JUDGE_SPECIAL, Words

__all__ = ["JUDGE", "JUDGE_SMOKE", "JudgeTrainer", "in_clay"]

CLAY: Final = 0.8  # albedo, as the benchmark's (backend/rendering/turntable.py)
CLAY_COLOUR: Final = "white"  # which captions then name
CLAY_SHARE: Final = 0.3  # of the pictures
BLURRED_SHARE: Final = 0.4
WIDTH: Final = 192  # of both transformers and of what they are compared in; the prior's text has 256
HOTTEST: Final = 60.0  # logit scale

# Another seed, another world's seed and another architecture than the prior's, so that no two mistakes are the same.
JUDGE: Final = Settings(
    seed=31,
    network=NetworkSettings(text_width=WIDTH, text_layers=2),
    data=DataSettings(world_seed=8, steps_per_chunk=15),
    batch=BatchSettings(singles=768, groups=0),
    optimiser=OptimiserSettings(steps=5000, rate=8e-4, cooldown=2500, weight_decay=0.02),
)
JUDGE_SMOKE: Final = JUDGE.changed(
    [
        *("network.resolution=16", "network.text_width=32", "network.text_layers=1", "batch.singles=16"),
        *("data.chunk_scenes=16", "data.chunks=2", "data.first_chunks=1", "data.anti_alias=1"),
        *("optimiser.steps=40", "optimiser.warmup=5", "optimiser.cooldown=10", "log_every=5", "evaluate_every=20"),
    ]
)


class JudgeTrainer:
    """Contrastive training (CLIP: Radford et al. 2021) on single views, held-out pairs included. See Trainable."""

    def __init__(self, settings: Settings, world: World, device: torch.device, cache: Path | None = None) -> None:
        self.settings, self.world, self.device = settings, world, device
        torch.manual_seed(settings.seed)  # the constructors of networks know no generator
        self.words = Words(world.words, settings.network.tokens, JUDGE_SPECIAL)
        self.model: Any = CLIPModel(clip_config(settings.network, self.words)).to(cast(Any, device))
        self.parameters = list(self.model.parameters())
        own = settings.optimiser
        self.optimiser = torch.optim.AdamW(
            self.parameters, lr=own.rate, betas=(0.9, 0.98), weight_decay=own.weight_decay, fused=device.type == "cuda"
        )
        chunks = Chunks(world, settings.data, settings.network.resolution, self.words, device, cache)
        self.store = Store(chunks, held_out=None)
        self.step_index = 0

    def step(self) -> tuple[Tensor, Tensor]:
        """See Trainable."""
        generator = torch_stream(self.device, "judge", self.settings.seed, self.step_index)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.settings.optimiser, self.step_index)
        pictures, tokens = self._draw(*self.store.at(self.step_index), generator)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            seen = self.model(input_ids=tokens, pixel_values=pictures)
        loss = self._contrast(seen.image_embeds.float(), seen.text_embeds.float(), tokens)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.settings.optimiser.clip)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step_index += 1
        return loss.detach(), norm

    def evaluate(self) -> dict[str, Any]:
        """See Trainable: its ceiling, roughly, of one toy a subject."""
        from toybox.training.ceiling import ceiling

        found = ceiling(self.model, self.words, self.world, self.settings, variants=1, device=self.device)
        return {"ceiling_colour": found["colour"]["per_view"], "ceiling_clay": found["clay"]["per_view"]}

    def save(self, path: Path) -> None:
        """See Trainable."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        about = {"step": self.step_index, "settings": self.settings.to_json(), "words": list(self.words.vocabulary)}
        save_checkpoint(path, tensors | optimiser_tensors(self.optimiser), about)

    def load(self, path: Path) -> None:
        """Take a checkpoint up. Raises CheckpointDamaged, or BadSpec for another world's."""
        tensors, about = load_checkpoint(path, self.device)
        if about["words"] != list(self.words.vocabulary):
            raise BadSpec(f"The checkpoint {path} was made with another vocabulary: the world has changed since")
        names = {name.removeprefix("model."): value for name, value in tensors.items() if name.startswith("model.")}
        self.model.load_state_dict(names)
        restore_optimiser(self.optimiser, tensors)
        self.step_index = about["step"]

    def _draw(self, store: Chunk, toys: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Pictures [N, 3, R, R] in -1 … 1 and captions [N, L], some in clay, all a little spoilt."""
        batch, count = self.settings.batch, self.settings.batch.singles
        rand = torch.rand(3, count, generator=generator, device=self.device)
        toy, view = (rand[0] * toys).long(), (rand[1] * store.albedo.shape[1]).long()
        albedo, mask = store.albedo[toy, view] / 255, store.mask[toy, view] / 255
        clay = rand[2] < CLAY_SHARE
        albedo = torch.where(clay[:, None, None, None], CLAY * mask, albedo)
        look = random_look(count, batch.flat, batch.grey, generator)
        pictures = compose(albedo, mask, store.normal[toy, view] / 127, look) * 2 - 1
        tokens = store.tokens[toy]
        plain = torch.where(clay[:, None], in_clay(tokens, self.words, self.world.colours), tokens)
        return spoilt(pictures, generator), plain

    def _contrast(self, pictures: Tensor, texts: Tensor, tokens: Tensor) -> Tensor:
        """Cross entropy both ways; the same caption elsewhere in the batch is no wrong answer."""
        scale = self.model.logit_scale.exp().clamp(max=HOTTEST)
        logits = F.normalize(pictures, dim=-1) @ F.normalize(texts, dim=-1).T * scale
        same = (tokens[:, None] == tokens[None]).all(dim=-1)
        same &= ~torch.eye(len(tokens), dtype=torch.bool, device=self.device)
        logits = logits.masked_fill(same, -1e4)
        right = torch.arange(len(tokens), device=self.device)
        return (F.cross_entropy(logits, right) + F.cross_entropy(logits.T, right)) / 2


def spoilt(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Blurred, noisy, of another contrast and brightness, so that the judge bears with meshes.  [N, 3, R, R]."""

    def rand() -> Tensor:
        return torch.rand(len(pictures), 1, 1, 1, generator=generator, device=generator.device)

    blurred = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="reflect"), 3, 1)
    pictures = torch.where(rand() < BLURRED_SHARE, blurred, pictures)
    noise = torch.randn(pictures.shape, generator=generator, device=generator.device)
    pictures = pictures + 0.06 * rand() * noise
    return (pictures * (1 + 0.16 * (rand() - 0.5)) + 0.1 * (rand() - 0.5)).clamp(-1, 1)


def in_clay(tokens: Tensor, words: Words, colours: tuple[str, ...]) -> Tensor:
    """Captions [N, L] with every colour said to be white, and the articles before them made to fit."""
    known = [words.vocabulary[each] for each in colours if each in words.vocabulary]
    coloured = torch.isin(tokens, torch.tensor(known, device=tokens.device))
    before = F.pad(coloured[:, 1:], (0, 1))  # whether the next is a colour
    tokens = torch.where(coloured, words.vocabulary[CLAY_COLOUR], tokens)
    return torch.where(before & (tokens == words.vocabulary["an"]), words.vocabulary["a"], tokens)


def clip_config(network: NetworkSettings, words: Words) -> CLIPConfig:
    """Seven layers for pictures in patches of an eighth of a side; few for words."""
    text = {
        "vocab_size": len(words),
        "hidden_size": network.text_width,
        "intermediate_size": 2 * network.text_width,
        "num_hidden_layers": network.text_layers,
        "num_attention_heads": network.text_heads,
        "max_position_embeddings": network.tokens,
        "pad_token_id": words.pad,
        "bos_token_id": words.start,
        "eos_token_id": words.end,
        "projection_dim": network.text_width,
    }
    vision = {
        "image_size": network.resolution,
        "patch_size": network.resolution // 8,
        "hidden_size": network.text_width,
        "intermediate_size": 3 * network.text_width,
        "num_hidden_layers": 7,
        "num_attention_heads": network.text_heads,
        "projection_dim": network.text_width,
    }
    return CLIPConfig(text_config=text, vision_config=vision, projection_dim=network.text_width)
