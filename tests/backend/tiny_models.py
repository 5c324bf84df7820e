"""Stable Diffusion 1, 2, XL and TAESD in miniature: real classes with random weights, saved as the real ones are."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from tiny_parts import PROJECTION, randomised, seed, tiny_clip, tiny_vae
from tiny_tokenizers import END, tiny_clip_tokenizer
from transformers import CLIPTextModelWithProjection

LATENT = 8  # pixels a side
PICTURE = 32
TIME_WIDTH = 8  # SDXL's, for each of its six sizes


class TinyModels:
    """Folders in diffusers' layout, each made when it is first asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def sd15(self) -> Path:
        """Noise prediction, one encoder; one block with attention."""
        return save(self.root / "sd15", tiny_unet(16), [tiny_clip(16)], "epsilon")

    @cached_property
    def sd21(self) -> Path:
        """v-prediction, linear projections, GELU."""
        unet = tiny_unet(16, use_linear_projection=True, attention_head_dim=[2, 4])
        return save(self.root / "sd21", unet, [tiny_clip(16, hidden_act="gelu")], "v_prediction")

    @cached_property
    def sdxl(self) -> Path:
        """Two encoders, of widths 16 and 24, and everything that SDXL's U-Net is told beside the text."""
        unet = tiny_unet(
            40,
            block_out_channels=(8, 16, 16),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            transformer_layers_per_block=[1, 1, 2],
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=TIME_WIDTH,
            projection_class_embeddings_input_dim=6 * TIME_WIDTH + PROJECTION,
        )
        encoders = [tiny_clip(16), tiny_clip(24, CLIPTextModelWithProjection, hidden_act="gelu")]
        return save(self.root / "sdxl", unet, encoders, "epsilon", scaling_factor=0.13025)

    @cached_property
    def taesd(self) -> Path:
        """The fast autoencoder for the same latents."""
        seed(4)
        tiny = AutoencoderTiny(
            encoder_block_out_channels=(8, 8, 8),
            decoder_block_out_channels=(8, 8, 8),
            num_encoder_blocks=(1, 1, 1),
            num_decoder_blocks=(1, 1, 1),
        )
        tiny.save_pretrained(self.root / "taesd")
        return self.root / "taesd"


def save(folder: Path, unet: Any, encoders: list[Any], prediction: str, **vae: Any) -> Path:
    """Write a model's parts into their folders."""
    unet.save_pretrained(folder / "unet")
    tiny_vae(sample_size=PICTURE, **vae).save_pretrained(folder / "vae")
    for index, encoder in enumerate(encoders):
        suffix = "_2" if index else ""
        encoder.save_pretrained(folder / f"text_encoder{suffix}")
        tiny_clip_tokenizer("!" if index else END).save_pretrained(folder / f"tokenizer{suffix}")
    betas = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    scheduler = DDIMScheduler(**betas, prediction_type=prediction, steps_offset=1, clip_sample=False)
    scheduler.save_pretrained(folder / "scheduler")
    return folder


def tiny_unet(cross_attention_dim: int, **changes: Any) -> Any:
    """Two resnets a block, as in the real ones; every weight random, so that every weight matters."""
    settings: dict[str, Any] = {
        "sample_size": LATENT,
        "block_out_channels": (8, 16),
        "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
        "layers_per_block": 2,
        "norm_num_groups": 4,
        "attention_head_dim": 2,
        "cross_attention_dim": cross_attention_dim,
    }
    seed(1)
    return randomised(UNet2DConditionModel(**{**settings, **changes}))
