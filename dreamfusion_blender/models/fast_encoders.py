"""The fast encoders that have a name of their own: small autoencoders that stand in for a prior's own (TAESD)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .catalogue import hub_page
from .families import FamilyName, family_named


@dataclass(frozen=True)
class FastEncoder:
    """No prior of its own: it turns pictures into the latents of these families.

    name: what a user types.  repository: on the Hugging Face hub.  download_gb: about.
    """

    name: str
    label: str
    family_names: tuple[FamilyName, ...]
    repository: str
    licence: str = "MIT"
    download_gb: float = 0.01

    @property
    def families(self) -> str:
        """The families it is for, in words."""
        return " and ".join(family_named(name).label for name in self.family_names)

    @property
    def page(self) -> str:
        """The page that says what it is and under which terms."""
        return hub_page(self.repository)


FAST_ENCODERS: Final = (
    FastEncoder("taesd", "TAESD", ("stable_diffusion", "mvdream"), "madebyollin/taesd"),
    FastEncoder("taesdxl", "TAESDXL", ("stable_diffusion_xl",), "madebyollin/taesdxl"),
    FastEncoder("taesd3", "TAESD3", ("stable_diffusion_3",), "madebyollin/taesd3"),
)

FAST_ENCODER_NAMES: Final = tuple(encoder.name for encoder in FAST_ENCODERS)


def fast_encoder_named(name: str) -> FastEncoder | None:
    """The one of this name, or of this repository."""
    return next((each for each in FAST_ENCODERS if name in (each.name, each.repository)), None)


def fast_encoder_of(family: FamilyName) -> FastEncoder | None:
    """The one that is made for this family's latents."""
    return next((each for each in FAST_ENCODERS if family in each.family_names), None)
