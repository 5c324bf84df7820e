"""Houses and other buildings, doors towards -y."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import houses, towers, yard

THINGS: Final = (
    kit.Thing("house", "house with {0} roof", houses.house, ("tall", "wide")),
    kit.Thing("barn", "{0} barn", houses.barn),
    kit.Thing("castle", "castle with {0} roofs", towers.castle, kit.TALL),
    kit.Thing("tower", "tower with {0} flag", towers.tower, kit.TALL),
    kit.Thing("church", "church with {0} roof", towers.church),
    kit.Thing("lighthouse", "{0} and white lighthouse", towers.lighthouse, kit.TALL),
    kit.Thing("windmill", "windmill with {0} blades", towers.windmill),
    kit.Thing("tent", "{0} tent", houses.tent, patterns=True),
    kit.Thing("igloo", "igloo", houses.igloo),
    kit.Thing("well", "well with {0} roof", yard.well),
    kit.Thing("mailbox", "{0} mailbox", yard.mailbox),
)
