"""Which of the catalogue's models are on this machine, as the panels show it."""

from __future__ import annotations

from ..dreamfusion_blender.models import FastEncoder, Model
from ..dreamfusion_blender.models.shelf import Shelf, look_up
from .prior_options import forget_options

_known: dict[str, Shelf] = {}  # by the model's name; looking it up reads folders, which no drawing should do each time


def shelf_of(model: Model | FastEncoder) -> Shelf:
    """What there is of a model that has a name, as it was when last looked at."""
    if model.name not in _known:
        _known[model.name] = look_up(model)
    return _known[model.name]


def forget_models() -> None:
    """Look again the next time: something was downloaded or removed."""
    _known.clear()
    forget_options()
