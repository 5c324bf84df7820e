"""Animals on four legs, heads towards -y."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import farm, pets, wild

POSES: Final = ("standing", "sitting")
THINGS: Final = (
    kit.Thing("cat", "{0} cat", pets.cat, patterns=True, poses=POSES),
    kit.Thing("dog", "{0} dog", pets.dog, poses=POSES),
    kit.Thing("pig", "pig", farm.pig),
    kit.Thing("cow", "{0} cow", farm.cow),
    kit.Thing("horse", "{0} horse", farm.horse),
    kit.Thing("sheep", "{0} sheep", farm.sheep),
    kit.Thing("elephant", "{0} elephant", wild.elephant),
    kit.Thing("giraffe", "{0} giraffe", wild.giraffe),
    kit.Thing("rabbit", "{0} rabbit", pets.rabbit),
    kit.Thing("mouse", "{0} mouse", pets.mouse),
    kit.Thing("bear", "{0} bear", wild.bear),
    kit.Thing("fox", "fox", wild.fox),
)
