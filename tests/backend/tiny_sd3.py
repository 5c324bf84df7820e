"""Stable Diffusion 3.5 with thousands of parameters instead of billions, saved as diffusers saves it."""

from pathlib import Path

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.transformers.transformer_sd3 import SD3Transformer2DModel
from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
from tiny_tokenizers import write_clip_tokenizer, write_spiece
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, T5Config, T5EncoderModel

SIZE = 16  # pixels a side of what the tiny model sees
WIDTH = 64


def write_sd3(folder: Path) -> Path:
    """A folder with random weights and all three text encoders."""
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
        pos_embed_max_size=8,
        qk_norm="rms_norm",
        dual_attention_layers=(0,),
    )
    # So that texts make a difference that no rounding can hide.
    for layer in (transformer.context_embedder, transformer.time_text_embed.text_embedder.linear_1):
        torch.nn.init.normal_(layer.weight)
    transformer.save_pretrained(folder / "transformer")
    AutoencoderKL(
        block_out_channels=(32, 32),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=16,
        scaling_factor=1.5305,
        shift_factor=0.0609,
        use_quant_conv=False,
        use_post_quant_conv=False,
    ).save_pretrained(folder / "vae")
    for number, hidden, act in (("", 16, "quick_gelu"), ("_2", 24, "gelu")):
        write_clip_tokenizer(folder / f"tokenizer{number}", "<|endoftext|>" if not number else "!")
        settings = CLIPTextConfig(
            vocab_size=100,
            hidden_size=hidden,
            intermediate_size=32,
            projection_dim=hidden,
            num_hidden_layers=3,
            num_attention_heads=2,
            hidden_act=act,
            eos_token_id=2,  # as published: the end is then found by its number, the highest of all
        )
        CLIPTextModelWithProjection(settings).save_pretrained(folder / f"text_encoder{number}")
    write_spiece(folder / "tokenizer_3")
    text_settings = T5Config(
        vocab_size=160, d_model=WIDTH, d_kv=8, d_ff=64, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu"
    )
    T5EncoderModel(text_settings).save_pretrained(folder / "text_encoder_3")
    FlowMatchEulerDiscreteScheduler(shift=3.0).save_pretrained(folder / "scheduler")
    return folder
