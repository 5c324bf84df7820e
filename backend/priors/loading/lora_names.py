"""How LoRA files name the modules they change: the spellings of diffusers, peft and kohya's trainer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from torch import nn

from backend.priors.loading.ldm_names import ldm_unet_name

__all__ = ["spelled_modules", "split_key"]

# Endings of a file's keys, the longest first where one ends like another, and the role they name.
_ENDINGS: Final = (
    (".lora_linear_layer.down.weight", "down"),
    (".lora_linear_layer.up.weight", "up"),
    (".lora_A.weight", "down"),
    (".lora_B.weight", "up"),
    (".lora_down.weight", "down"),
    (".lora_up.weight", "up"),
    (".lora.down.weight", "down"),
    (".lora.up.weight", "up"),
    (".down.weight", "down"),  # diffusers' first spelling: attn1.processor.to_q_lora.down.weight
    (".up.weight", "up"),
    (".alpha", "alpha"),
)
_ATTENTION: Final = re.compile(r"(.*attn[12])\.(to_q|to_k|to_v|to_out)(\.0)?")


def split_key(key: str) -> tuple[str, str] | None:
    """The spelled module and the role of a key: down, up or alpha; None for what is no plain LoRA (DoRA, LoKr …)."""
    for ending, role in _ENDINGS:
        if key.endswith(ending):
            return key.removesuffix(ending), role
    return None


def spelled_modules(unet: Any, text_encoders: Sequence[Any]) -> dict[str, nn.Module]:
    """Every linear layer and convolution, under every spelling that files use for it."""
    spelled: dict[str, nn.Module] = {}
    for name, module in _layers(unet):
        for spelling in _unet_spellings(name, unet):
            spelled[spelling] = module
    for index, encoder in enumerate(text_encoders):
        for name, module in _layers(encoder):
            for spelling in _text_spellings(name, index):
                spelled[spelling] = module
    return spelled


def _layers(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    return ((name, each) for name, each in model.named_modules() if isinstance(each, nn.Linear | nn.Conv2d))


def _unet_spellings(name: str, unet: Any) -> Iterator[str]:
    attention_above = tuple("CrossAttn" in kind for kind in unet.config.up_block_types)
    original = ldm_unet_name(name, unet.config.layers_per_block, attention_above)
    for kohya in (name, original):  # on SD 1 and 2 it trains diffusers' U-Net, on SDXL the original one
        yield f"lora_unet_{kohya.replace('.', '_')}"
    spellings = [name]
    if match := _ATTENTION.fullmatch(name):
        spellings.append(f"{match[1]}.processor.{match[2]}_lora")
    for spelling in spellings:
        yield spelling
        yield f"unet.{spelling}"


def _text_spellings(name: str, index: int) -> Iterator[str]:
    # Files have a level that transformers' CLIPTextModel has lost; the encoder with a projection still has it.
    full = name if name.startswith(("text_model.", "text_projection")) else f"text_model.{name}"
    yield f"text_encoder{'_2' if index else ''}.{full}"
    for prefix in ("lora_te2_",) if index else ("lora_te_", "lora_te1_"):
        yield prefix + full.replace(".", "_")
