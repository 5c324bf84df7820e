"""Stable Diffusion 3.5 with thousands of parameters instead of billions, saved as diffusers saves it."""

from pathlib import Path

import torch
from diffusers.models.transformers.transformer_sd3 import SD3Transformer2DModel
from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
from tiny_parts import tiny_clip, tiny_t5, tiny_vae
from tiny_tokenizers import END, write_clip_tokenizer, write_spiece
from transformers import CLIPTextModelWithProjection

SIZE = 16  # pixels a side of what the tiny model sees
WIDTH = 64


def write_sd3(folder: Path, most: int = 8) -> Path:
    """A folder with random weights and all three text encoders. most: cells of 4 pixels a side that it can see."""
    torch.manual_seed(0)
    transformer = SD3Transformer2DModel(
        sample_size=8,
        in_channels=16,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        joint_attention_dim=WIDTH,
        caption_projection_dim=32,
        pooled_projection_dim=40,
        pos_embed_max_size=most,
        qk_norm="rms_norm",
        dual_attention_layers=(0,),
    )
    # So that texts make a difference that no rounding can hide.
    for layer in (transformer.context_embedder, transformer.time_text_embed.text_embedder.linear_1):
        torch.nn.init.normal_(layer.weight)
    transformer.save_pretrained(folder / "transformer")
    shape = {"norm_num_groups": 32, "latent_channels": 16, "use_quant_conv": False, "use_post_quant_conv": False}
    vae = tiny_vae((32, 32), scaling_factor=1.5305, shift_factor=0.0609, **shape)
    vae.save_pretrained(folder / "vae")
    for number, width, act, pad in (("", 16, "quick_gelu", END), ("_2", 24, "gelu", "!")):
        write_clip_tokenizer(folder / f"tokenizer{number}", pad)
        encoder = tiny_clip(width, CLIPTextModelWithProjection, projection_dim=width, hidden_act=act)
        encoder.save_pretrained(folder / f"text_encoder{number}")
    write_spiece(folder / "tokenizer_3")
    tiny_t5(WIDTH).save_pretrained(folder / "text_encoder_3")
    FlowMatchEulerDiscreteScheduler(shift=3.0).save_pretrained(folder / "scheduler")
    return folder
