"""MVDream with thousands of parameters instead of hundreds of millions, in the published folder's layout."""

import json
from dataclasses import asdict
from pathlib import Path

import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from safetensors.torch import save_file
from tiny_parts import tiny_clip, tiny_vae
from tiny_tokenizers import write_clip_tokenizer

from backend.priors.mvdream_unet import MultiViewUNet, UNetSettings

TINY = UNetSettings(
    model_channels=32,
    channel_mult=(1, 2),
    num_res_blocks=1,
    attention_resolutions=(1,),
    num_head_channels=16,
    context_dim=24,
)


def write_unet(folder: Path, settings: UNetSettings = TINY, **changed: object) -> MultiViewUNet:
    """config.json with the published keys (`changed` are others), and the weights. Returns what was saved."""
    torch.manual_seed(0)
    unet = MultiViewUNet(settings)
    folder.mkdir(parents=True)
    head = {"_class_name": "MultiViewUNetModel", "_diffusers_version": "0.25.0", "image_size": 32}
    (folder / "config.json").write_text(json.dumps({**head, **asdict(settings), **changed}))
    save_file(unet.state_dict(), folder / "diffusion_pytorch_model.safetensors", metadata={"format": "pt"})
    return unet


def write_mvdream(folder: Path) -> Path:
    """A folder with random weights; 256 pixels a side become latents of 8."""
    write_unet(folder / "unet")
    tiny_vae((4,) * 6, norm_num_groups=2).save_pretrained(folder / "vae")
    write_clip_tokenizer(folder / "tokenizer", "!")
    tiny_clip(TINY.context_dim, hidden_act="gelu").save_pretrained(folder / "text_encoder")
    DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, clip_sample=False
    ).save_pretrained(folder / "scheduler")
    return folder
