"""Furniture, front towards -y."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import fittings, seats, tables

THINGS: Final = (
    kit.Thing("chair", "{0} chair", seats.chair, kit.TALL),
    kit.Thing("armchair", "{0} armchair", seats.armchair, patterns=True),
    kit.Thing("sofa", "{0} sofa", seats.sofa, ("wide",), patterns=True),
    kit.Thing("stool", "{0} stool", seats.stool, kit.TALL),
    kit.Thing("table", "{0} table", tables.table, ("wide",)),
    kit.Thing("roundtable", "round {0} table", tables.roundtable, kit.TALL),
    kit.Thing("desk", "{0} desk", tables.desk),
    kit.Thing("bench", "{0} bench", seats.bench, ("wide",)),
    kit.Thing("bed", "bed with {0} blanket", seats.bed, ("wide",), patterns=True),
    kit.Thing("bookshelf", "{0} bookshelf", tables.bookshelf, kit.TALL),
    kit.Thing("wardrobe", "{0} wardrobe", tables.wardrobe, kit.TALL),
    kit.Thing("lamp", "lamp with {0} shade", fittings.lamp, kit.TALL_WIDE, patterns=True),
    kit.Thing("clock", "{0} alarm clock", fittings.clock),
    kit.Thing("ladder", "{0} ladder", fittings.ladder, kit.TALL),
    kit.Thing("mirror", "mirror with {0} frame", fittings.mirror),
)
