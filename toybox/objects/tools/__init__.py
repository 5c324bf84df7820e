"""Tools and weapons."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import desk, iron, workshop

THINGS: Final = (
    kit.Thing("hammer", "hammer with {0} handle", workshop.hammer),
    kit.Thing("axe", "axe with {0} handle", workshop.axe),
    kit.Thing("screwdriver", "{0} screwdriver", workshop.screwdriver),
    kit.Thing("wrench", "{0} wrench", workshop.wrench),
    kit.Thing("saw", "saw with {0} handle", workshop.saw),
    kit.Thing("shovel", "shovel with {0} handle", workshop.shovel),
    kit.Thing("scissors", "pair of {0} scissors", desk.scissors),
    kit.Thing("paintbrush", "paintbrush with {0} paint", desk.paintbrush),
    kit.Thing("pencil", "{0} pencil", desk.pencil),
    kit.Thing("magnet", "{0} magnet", desk.magnet),
    kit.Thing("sword", "sword with {0} handle", iron.sword),
    kit.Thing("shield", "{0} shield", iron.shield),
    kit.Thing("dumbbell", "{0} dumbbell", iron.dumbbell),
    kit.Thing("anchor", "{0} anchor", iron.anchor),
    kit.Thing("broom", "broom with {0} handle", workshop.broom),
    kit.Thing("key", "{0} key", desk.key),
)
