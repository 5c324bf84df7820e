"""Begin a training with the weights of another prior, also where the new network sees or tells more than it."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from toybox.training.exported import UNET
from toybox.training.trainer import Trainer

__all__ = ["warm_start"]

READ = ("conv_in.weight", "class_embedding.linear_1.weight")  # where a network reads what it is given
EMBEDDING = "embeddings.token_embedding.weight"  # the end of its name; libraries differ in the beginning


def warm_start(trainer: Trainer, folder: Path) -> list[str]:
    """Take over every weight that has a place; the names of those that stay random.

    Channels and labels that the old network did not have begin at zero where they are read, and random where they are
    answered. Words keep their embeddings by their name.
    """
    left = [f"unet.{name}" for name in take_over(trainer.unet, load_file(folder / UNET))]
    text = load_file(folder / "text_encoder" / "model.safetensors")
    spread_words(text, trainer, json.loads((folder / "tokenizer" / "tokenizer.json").read_text())["model"]["vocab"])
    left += [f"encoder.{name}" for name in take_over(trainer.encoder, text)]
    for average, parameter in zip(trainer.average, trainer.parameters, strict=True):
        average.copy_(parameter.detach())
    return left


@torch.no_grad()
def take_over(module: nn.Module, weights: dict[str, Tensor]) -> list[str]:
    """Copy weights by name and shape, or into the first channels; the names that got none."""
    left = []
    for name, parameter in module.named_parameters():
        found = weights.get(name)
        if (
            found is None
            or found.ndim != parameter.ndim
            or any(old > new for old, new in zip(found.shape, parameter.shape, strict=True))
        ):
            left.append(name)
        elif found.shape == parameter.shape:
            parameter.copy_(found)
        elif name.startswith((*READ, "conv_out.")):
            if name in READ:
                parameter.zero_()
            parameter[tuple(slice(0, size) for size in found.shape)] = found.to(parameter)
        else:
            left.append(name)
    return left


def spread_words(weights: dict[str, Tensor], trainer: Trainer, old: dict[str, int]) -> None:
    """Put the old words' embeddings where the new vocabulary has these words; the others stay as they are."""
    new = dict(trainer.encoder.named_parameters())
    for name in [name for name in weights if name.endswith(EMBEDDING)]:
        if name in new:
            table = new[name].detach().float().cpu().clone()
            for word, index in trainer.words.vocabulary.items():
                if word in old:
                    table[index] = weights[name][old[word]].float()
            weights[name] = table
