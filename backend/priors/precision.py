"""Number formats that frozen models are kept in, by device and by what each part can bear."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from dreamfusion_blender.models.options import AUTO, PrecisionName

__all__ = ["Precision", "chosen_precision", "cpu_has_bfloat16", "small_precision", "usual_precision"]


@dataclass(frozen=True)
class Precision:
    """Number formats of a model's parts.

    denoiser: the U-Net or transformer, and text encoders that are loaded for a moment onto the denoiser's device.
    vae: the autoencoder, which gradients flow back through.
    """

    denoiser: torch.dtype
    vae: torch.dtype


def usual_precision(device: torch.device) -> Precision:
    """float32 on a CPU; on a GPU half precision, by what each part can bear.

    The denoiser's answers are subtracted and multiplied by up to 100, so it gets float16's 11 bits rather than
    bfloat16's 8. The autoencoder never gets float16: the gradients that flow back through it are divided by the number
    of pixels and would be flushed to zero, and SDXL's overflows. bfloat16 has float32's range.
    """
    if device.type == "cpu":
        return Precision(torch.float32, torch.float32)
    return Precision(torch.float16, _beside_float16(device))


def chosen_precision(name: PrecisionName, device: torch.device) -> Precision:
    """What a job's word means on this device. The autoencoder never gets float16; see usual_precision."""
    if name == AUTO:
        return usual_precision(device)
    dtype = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}[name]
    return Precision(dtype, _beside_float16(device) if dtype is torch.float16 else dtype)


def small_precision(name: PrecisionName, device: torch.device) -> torch.dtype:
    """What a small denoiser computes in whose weights stay in float32, as the toybox's do.

    auto: bfloat16 on a CPU that multiplies in it, where a call takes little more than half the time and the guided
    clean pictures move by half a per cent of their range; else float32. Other CPUs only imitate bfloat16, and on a GPU
    nothing so small waits for its multiplications.
    """
    if name != AUTO:
        return getattr(torch, name)
    return torch.bfloat16 if device.type == "cpu" and cpu_has_bfloat16() else torch.float32


def cpu_has_bfloat16() -> bool:
    """Whether this machine's processor multiplies in bfloat16, instead of imitating it many times more slowly."""
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


def _beside_float16(device: torch.device) -> torch.dtype:
    """The autoencoder's format where the denoiser has float16."""
    # Not torch's is_bf16_supported, which asks the first GPU whichever is meant.
    is_there = device.type == "cuda" and torch.cuda.is_available()
    has_bfloat16 = is_there and torch.cuda.get_device_capability(device) >= (8, 0)
    return torch.bfloat16 if has_bfloat16 else torch.float32
