"""One component of a model's folder in diffusers' layout: from this disk alone, from safetensors alone, completely."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import torch
from diffusers.models.modeling_utils import ModelMixin
from safetensors import SafetensorError

from backend.priors.loading.files import damaged, read_json, weights_variant

__all__ = ["load_component", "require_component"]

_CPU: Final = torch.device("cpu")


def require_component(kind: Any, folder: Path) -> str | None:
    """Refuses early what `load_component` would refuse later: another class, or no weights.

    Returns the variant that the weights are there in, see weights_variant. Raises WeightsMissing or WeightsDamaged.
    """
    config = read_json(folder / "config.json")
    of_diffusers = issubclass(kind, ModelMixin)
    found = config.get("_class_name") or (config.get("architectures") or ["a model without a name"])[0]
    if found != kind.__name__:
        raise damaged(f"{folder} holds {found}; {kind.__name__} is needed")
    return weights_variant(folder, "diffusion_pytorch_model" if of_diffusers else "model")


def load_component(kind: Any, folder: Path, dtype: torch.dtype, device: torch.device = _CPU) -> Any:
    """A frozen network of class `kind`, diffusers' or transformers'; every weight must be there and fit.

    Any, since the libraries' decorators hide the types of their methods. Raises WeightsMissing or WeightsDamaged.
    """
    variant = require_component(kind, folder)
    of_diffusers = issubclass(kind, ModelMixin)
    # Without the accelerate package, which is not among ours, diffusers would warn at its own default.
    settings: dict[str, Any] = {"low_cpu_mem_usage": False, "torch_dtype": dtype} if of_diffusers else {"dtype": dtype}
    try:
        model, report = kind.from_pretrained(
            folder,
            variant=variant,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # reported instead of raised
            **settings,
        )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        raise damaged(f"The weights in {folder} cannot be used", error) from error
    # The libraries fill what is missing or of another size with random numbers, and say so in their log only.
    unfit = sorted(str(each[0]) for each in report["mismatched_keys"])
    lacking = sorted(report["missing_keys"])
    if unfit:
        raise damaged(f"The weights in {folder} do not fit its configuration: {unfit[0]} and {len(unfit) - 1} more")
    if lacking:
        raise damaged(f"The weights in {folder} lack {lacking[0]} and {len(lacking) - 1} more")
    if of_diffusers:
        # Some of its classes come in the file's. Not by their own `to`, which warns of modules to keep in float32 even
        # where there are none. transformers' classes are left as they come: parts of T5 stay in float32.
        torch.nn.Module.to(model, dtype)
    return model.to(device).eval().requires_grad_(False)
