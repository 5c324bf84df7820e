"""Vessels: things that hold something."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import carried, kitchen, tableware

THINGS: Final = (
    kit.Thing("mug", "{0} mug", tableware.mug, kit.TALL_WIDE, patterns=True),
    kit.Thing("teapot", "{0} teapot", tableware.teapot, patterns=True),
    kit.Thing("bottle", "{0} bottle", tableware.bottle, kit.TALL_WIDE),
    kit.Thing("vase", "{0} vase", tableware.vase, kit.TALL_WIDE, patterns=True),
    kit.Thing("bucket", "{0} bucket", carried.bucket, kit.TALL, patterns=True),
    kit.Thing("barrel", "{0} barrel", carried.barrel, kit.TALL),
    kit.Thing("bowl", "{0} bowl", tableware.bowl, patterns=True),
    kit.Thing("basket", "{0} basket", carried.basket),
    kit.Thing("kettle", "{0} kettle", kitchen.kettle),
    kit.Thing("pot", "{0} cooking pot", kitchen.pot),
    kit.Thing("pan", "{0} frying pan", kitchen.pan),
    kit.Thing("cup", "{0} teacup", tableware.cup, patterns=True),
    kit.Thing("glass", "glass of {0} juice", tableware.glass),
    kit.Thing("jar", "jar of {0} jam", kitchen.jar),
    kit.Thing("backpack", "{0} backpack", carried.backpack),
    kit.Thing("suitcase", "{0} suitcase", carried.suitcase),
)
