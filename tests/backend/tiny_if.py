"""DeepFloyd IF's stage I with thousands of parameters instead of billions, saved as diffusers saves it."""

from pathlib import Path

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from tiny_parts import tiny_t5
from tiny_tokenizers import write_spiece

SIZE = 16


def write_if(folder: Path, **changed: object) -> Path:
    """A folder with random weights; `changed` are settings of the U-Net."""
    torch.manual_seed(0)
    unet_settings = {  # as IF-I-M's, but for the numbers
        "sample_size": SIZE,
        "in_channels": 3,
        "out_channels": 6,
        "block_out_channels": (32, 64),
        "down_block_types": ("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "up_block_types": ("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        "layers_per_block": 1,
        "attention_head_dim": 16,
        "cross_attention_dim": 64,
        "cross_attention_norm": "group_norm",
        "encoder_hid_dim": 32,
        "encoder_hid_dim_type": "text_proj",
        "addition_embed_type": "text",
        "addition_embed_type_num_heads": 4,
        "resnet_time_scale_shift": "scale_shift",
        "act_fn": "gelu",
    }
    UNet2DConditionModel(**{**unet_settings, **changed}).save_pretrained(folder / "unet")
    tiny_t5(32).save_pretrained(folder / "text_encoder")
    write_spiece(folder / "tokenizer")
    DDPMScheduler(beta_schedule="squaredcos_cap_v2", variance_type="learned_range", thresholding=True).save_pretrained(
        folder / "scheduler"
    )
    return folder
