"""Figures that stand on two legs, and snowmen."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import made, people, tales

THINGS: Final = (
    kit.Thing("snowman", "snowman with {0} hat", made.snowman),
    kit.Thing("teddy", "{0} teddy bear", made.teddy),
    kit.Thing("robot", "{0} robot", made.robot),
    kit.Thing("boy", "boy in {0} shirt", people.boy, patterns=True),
    kit.Thing("girl", "girl in {0} dress", people.girl, patterns=True),
    kit.Thing("astronaut", "astronaut with {0} boots", people.astronaut),
    kit.Thing("knight", "knight with {0} plume", people.knight),
    kit.Thing("ghost", "{0} ghost", tales.ghost),
    kit.Thing("alien", "{0} alien", tales.alien),
    kit.Thing("scarecrow", "scarecrow in {0} shirt", made.scarecrow, patterns=True),
    kit.Thing("gnome", "gnome with {0} hat", tales.gnome),
)
