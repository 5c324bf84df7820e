"""Vehicles. They are built with their front at +x and turned to face -y."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import cars, flying, machines, riding, water

THINGS: Final = (
    kit.Thing("car", "{0} car", cars.car),
    kit.Thing("taxi", "taxi", cars.taxi),
    kit.Thing("truck", "{0} truck", cars.truck),
    kit.Thing("firetruck", "fire truck", cars.firetruck),
    kit.Thing("bus", "{0} bus", cars.bus),
    kit.Thing("train", "{0} train", machines.train),
    kit.Thing("tractor", "{0} tractor", machines.tractor),
    kit.Thing("tank", "{0} tank", machines.tank),
    kit.Thing("bicycle", "{0} bicycle", riding.bicycle),
    kit.Thing("motorcycle", "{0} motorcycle", riding.motorcycle),
    kit.Thing("airplane", "{0} airplane", flying.airplane),
    kit.Thing("helicopter", "{0} helicopter", flying.helicopter),
    kit.Thing("boat", "boat with {0} sail", water.boat, kit.TALL, patterns=True),
    kit.Thing("ship", "{0} ship", water.ship),
    kit.Thing("submarine", "{0} submarine", water.submarine),
    kit.Thing("rocket", "{0} rocket", flying.rocket, kit.TALL),
    kit.Thing("balloon_ride", "{0} hot air balloon", flying.balloon_ride),
    kit.Thing("ufo", "{0} flying saucer", flying.ufo),
    kit.Thing("skateboard", "{0} skateboard", riding.skateboard),
)
