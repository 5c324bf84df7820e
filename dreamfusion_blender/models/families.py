"""The families of 2D models that there are adapters for: what a folder of each must hold, how many views it sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ..errors import BadSpec

FamilyName = Literal[
    "toybox", "stable_diffusion", "stable_diffusion_xl", "deepfloyd_if", "stable_diffusion_3", "mvdream"
]

Views = Literal["auto", "single", "multi"]
OptionName = Literal["loras", "fast_encoder", "configuration", "picture_size", "precision"]


@dataclass(frozen=True)
class Family:
    """One adapter's models.

    label: for people.  pipelines: the `_class_name`s of model_index.json that mean this family.
    parts: the subfolders that are needed and downloaded.  views: how many views a model can look at together.
    options: what a job can ask of the adapter (`PriorOptions`); configuration of those that read single files as well.
    """

    name: FamilyName
    label: str
    pipelines: tuple[str, ...]
    parts: tuple[str, ...]
    views: tuple[int, ...] = (1,)
    options: tuple[OptionName, ...] = ()

    def views_for(self, wanted: Views) -> int:
        """How many views are judged together when the job says `wanted`. Raises BadSpec for what cannot be."""
        if wanted == "single" and 1 not in self.views:
            raise BadSpec(f"views is 'single', and {self.label} always looks at {max(self.views)} views together")
        if wanted == "multi" and max(self.views) == 1:
            raise BadSpec(f"views is 'multi', and {self.label} looks at one view at a time")
        return min(self.views) if wanted == "single" else max(self.views)


_LATENT: Final = ("unet", "vae", "text_encoder", "tokenizer", "scheduler")
_ALL: Final[tuple[OptionName, ...]] = ("loras", "fast_encoder", "configuration", "picture_size", "precision")

FAMILIES: Final = (
    Family("toybox", "Toybox", (), (), views=(1, 4), options=("precision",)),
    Family(
        "stable_diffusion",
        "Stable Diffusion",
        ("StableDiffusionPipeline",),
        _LATENT,
        options=_ALL,
    ),
    Family(
        "stable_diffusion_xl",
        "Stable Diffusion XL",
        ("StableDiffusionXLPipeline",),
        (*_LATENT, "text_encoder_2", "tokenizer_2"),
        options=_ALL,
    ),
    # Of the pipeline's other parts the filters look at finished pictures, and we make none with it.
    Family(
        "deepfloyd_if",
        "DeepFloyd IF",
        ("IFPipeline",),
        ("unet", "text_encoder", "tokenizer", "scheduler"),
        options=("precision",),
    ),
    # text_encoder_3 (T5-XXL, 9.5 GB of 15) is not among them: the family was trained to do without it now and then.
    Family(
        "stable_diffusion_3",
        "Stable Diffusion 3",
        ("StableDiffusion3Pipeline",),
        ("transformer", "vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2", "scheduler"),
        options=("fast_encoder", "configuration", "picture_size", "precision"),
    ),
    Family(
        "mvdream",
        "MVDream",
        ("MVDreamPipeline",),
        _LATENT,
        views=(4,),
        options=("fast_encoder", "precision"),
    ),
)


def family_named(name: str) -> Family:
    """The family of this name; KeyError for any other."""
    return {each.name: each for each in FAMILIES}[name]


def family_of_pipeline(class_name: object) -> Family | None:
    """The family whose models diffusers loads with this pipeline."""
    return next((each for each in FAMILIES if class_name in each.pipelines), None)


def known_pipelines() -> tuple[str, ...]:
    """The pipelines of all families, for error messages."""
    return tuple(name for each in FAMILIES for name in each.pipelines)
