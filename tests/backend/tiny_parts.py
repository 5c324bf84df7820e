"""Components that several tiny models share: real classes with random weights."""

from __future__ import annotations

from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from tiny_tokenizers import tiny_clip_tokenizer
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

PROJECTION = 12


def tiny_vae(widths: tuple[int, ...] = (4, 8, 8), **changes: Any) -> Any:
    """A width a level, each half as large as the one before; by default three levels, down by 4."""
    settings: dict[str, Any] = {"layers_per_block": 1, "norm_num_groups": 4, "latent_channels": 4}
    seed(2)
    vae = AutoencoderKL(
        block_out_channels=widths,
        down_block_types=("DownEncoderBlock2D",) * len(widths),
        up_block_types=("UpDecoderBlock2D",) * len(widths),
        **{**settings, **changes},
    )
    return randomised(vae)


def tiny_clip(width: int, kind: Any = CLIPTextModel, **changes: Any) -> Any:
    """Three layers, so that the second to last hidden states are neither the first nor the last."""
    tokenizer = tiny_clip_tokenizer()
    settings: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": width,
        "intermediate_size": 2 * width,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "projection_dim": PROJECTION,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": 2,  # as in the real configurations: the last token is then the one with the highest number
        "pad_token_id": 1,
    }
    seed(3)
    return randomised(kind(CLIPTextConfig(**{**settings, **changes})))


def tiny_t5(width: int) -> Any:
    """Like T5 1.1, with gated layers."""
    seed(5)
    settings = T5Config(
        vocab_size=160, d_model=width, d_kv=8, d_ff=64, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu"
    )
    return T5EncoderModel(settings)


@torch.no_grad()
def randomised(model: Any) -> Any:
    """Fresh networks have biases of 0 and gains of 1, behind which a wrong name could hide."""
    for parameter in model.parameters():
        if parameter.ndim == 1:
            parameter.add_(0.2 * torch.randn_like(parameter))
    return model.eval()


def seed(number: int) -> None:
    """The constructors of networks know no generator."""
    torch.manual_seed(number)
