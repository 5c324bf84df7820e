"""Things to wear, to play, to read and to look at."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import devices, household, lights, music, play, worn

THINGS: Final = (
    kit.Thing("candle", "{0} candle", lights.candle, kit.TALL),
    kit.Thing("umbrella", "{0} umbrella", household.umbrella, patterns=True),
    kit.Thing("hat", "{0} hat", worn.hat, kit.TALL),
    kit.Thing("crown", "{0} crown", worn.crown),
    kit.Thing("cap", "{0} baseball cap", worn.cap),
    kit.Thing("boot", "{0} boot", worn.boot),
    kit.Thing("sock", "{0} sock", worn.sock, patterns=True),
    kit.Thing("glasses", "pair of {0} glasses", worn.glasses),
    kit.Thing("trophy", "{0} trophy", household.trophy),
    kit.Thing("gift", "{0} gift box with {1} ribbon", household.gift, kit.TALL),
    kit.Thing("guitar", "{0} guitar", music.guitar),
    kit.Thing("drum", "{0} drum", music.drum, kit.TALL),
    kit.Thing("trumpet", "{0} trumpet", music.trumpet),
    kit.Thing("piano", "{0} piano", music.piano),
    kit.Thing("telescope", "{0} telescope", devices.telescope),
    kit.Thing("traffic", "traffic light", lights.traffic),
    kit.Thing("book", "{0} book", household.book),
    kit.Thing("television", "{0} television", devices.television),
    kit.Thing("laptop", "{0} laptop", devices.laptop),
    kit.Thing("camera", "{0} camera", devices.camera),
    kit.Thing("telephone", "{0} telephone", devices.telephone),
    kit.Thing("lightbulb", "light bulb", lights.lightbulb),
    kit.Thing("bell", "{0} bell", music.bell),
    kit.Thing("hourglass", "{0} hourglass", household.hourglass),
    kit.Thing("lantern", "{0} lantern", lights.lantern),
    kit.Thing("dice", "{0} dice", play.dice),
    kit.Thing("balloon", "{0} balloon", play.balloon, patterns=True),
    kit.Thing("kite", "{0} kite", play.kite),
    kit.Thing("pawn", "{0} chess pawn", play.pawn),
    kit.Thing("gear", "{0} gear", household.gear),
    kit.Thing("racket", "{0} tennis racket", play.racket),
)
