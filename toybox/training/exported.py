"""The folder that the backend loads: written from a trained model, and read back without diffusers."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoTokenizer, CLIPTextModel

from backend.priors.layouts import LAYOUTS, VOLUME
from backend.priors.toybox_variant import VARIANT_FILE, read_variant
from backend.priors.word_volume import WordVolume
from dreamfusion_blender.errors import BadSpec
from dreamfusion_blender.files import atomic_write
from toybox.training.model import Model
from toybox.training.network import UNet, unet_config
from toybox.training.noise import Noise, scheduler_config
from toybox.training.settings import NetworkSettings, NoiseSettings
from toybox.training.words import Words

__all__ = ["export", "export_layouts", "load_exported", "load_layouts", "load_text_encoder", "write_sums"]

UNET: Final = "unet/diffusion_pytorch_model.safetensors"
SUMS: Final = "SHA256SUMS"


def export(folder: Path, model: Model, unet: UNet, words: Words) -> None:
    """Weights in half precision, configurations, tokenizer and hashes. Parts of it that are there are replaced."""
    for part in ("unet", "text_encoder", "scheduler"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    save_file(_halves(unet), folder / UNET, {"format": "pt"})
    _write_json(folder / "unet" / "config.json", unet_config(model.network))
    _write_json(folder / "scheduler" / "scheduler_config.json", scheduler_config(model.noise.settings))
    _write_json(folder / VARIANT_FILE, dataclasses.asdict(model.network.variant))
    encoder = CLIPTextModel(model.encoder.config).half()
    encoder.load_state_dict(model.encoder.state_dict())
    encoder.save_pretrained(folder / "text_encoder")
    words.save(folder / "tokenizer")
    write_sums(folder)


def export_layouts(
    folder: Path, unet: UNet, volume: WordVolume, network: NetworkSettings, noise: NoiseSettings
) -> None:
    """The networks that draw layouts, into the folder of the toybox that they were trained for."""
    own = folder / LAYOUTS
    for part in ("unet", "scheduler"):
        (own / part).mkdir(parents=True, exist_ok=True)
    save_file(_halves(unet), own / UNET, {"format": "pt"})
    save_file(_halves(volume), own / VOLUME, {"format": "pt", "sizes": json.dumps(volume.sizes)})
    _write_json(own / "unet" / "config.json", unet_config(network))
    _write_json(own / "scheduler" / "scheduler_config.json", scheduler_config(noise))
    write_sums(folder)


def load_layouts(folder: Path, unet: UNet, volume: WordVolume) -> None:
    """What export_layouts wrote, into networks of the same settings."""
    for network, file in ((unet, UNET), (volume, VOLUME)):
        halves = load_file(folder / LAYOUTS / file)
        network.load_state_dict({name: value.float() for name, value in halves.items()})


def load_text_encoder(folder: Path, words: Words) -> Any:
    """A toybox's, frozen. Raises BadSpec where it numbers its words differently."""
    said = json.loads((folder / "tokenizer" / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    if said != words.vocabulary:
        raise BadSpec(f"The vocabulary in {folder} is not that of the world which layouts are to be learnt from")
    encoder: Any = CLIPTextModel.from_pretrained(folder / "text_encoder", local_files_only=True)
    return encoder.float().eval().requires_grad_(False)


def _halves(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().half().cpu().contiguous() for name, value in network.state_dict().items()}


def write_sums(folder: Path) -> None:
    """The hashes of all files that are loaded, as `sha256sum` writes them."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".safetensors"))
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    ]
    atomic_write(folder / SUMS, "\n".join(lines) + "\n")


def load_exported(folder: Path, device: torch.device) -> Model:
    """What the backend would load, in our own classes."""
    config = json.loads((folder / "unet" / "config.json").read_text())
    encoder: Any = CLIPTextModel.from_pretrained(folder / "text_encoder", local_files_only=True)
    network = network_of(config, encoder.config, folder)
    unet: Any = UNet(network)
    unet.load_state_dict({name: value.float() for name, value in load_file(folder / UNET).items()})
    unet.to(device).to(memory_format=torch.channels_last).eval()
    encoder.float().to(device).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder / "tokenizer", local_files_only=True)
    said = json.loads((folder / "scheduler" / "scheduler_config.json").read_text())
    noise = NoiseSettings(
        steps=said["num_train_timesteps"],
        prediction=said["prediction_type"],
        zero_terminal=said["rescale_betas_zero_snr"],
    )

    def tokenise(texts: Any) -> Tensor:
        rows = tokenizer(list(texts), padding="max_length", max_length=network.tokens, return_tensors="pt")
        return rows.input_ids.to(device)

    return Model(unet, encoder, Noise(noise, device), network, tokenise)


def network_of(config: dict[str, Any], encoder: Any, folder: Path) -> NetworkSettings:
    """The settings that lead to a U-Net's configuration."""
    variant = read_variant(folder)
    return NetworkSettings(
        resolution=variant.resolution,
        widths=tuple(config["block_out_channels"]),
        attention_from=config["down_block_types"].index("CrossAttnDownBlock2D"),
        layers=config["layers_per_block"],
        heads=config["attention_head_dim"],
        groups=config["norm_num_groups"],
        film=config["resnet_time_scale_shift"] == "scale_shift",
        cameras=variant.cameras,
        normals=variant.normals,
        camera_guidance=variant.camera_guidance,
        light=variant.light,
        text_width=encoder.hidden_size,
        text_layers=encoder.num_hidden_layers,
        text_heads=encoder.num_attention_heads,
        tokens=encoder.max_position_embeddings,
    )


def _write_json(path: Path, content: dict[str, Any]) -> None:
    atomic_write(path, json.dumps(content, indent=2) + "\n")
