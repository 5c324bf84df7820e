"""Birds, fish, insects and other small or swimming animals, heads towards -y."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import birds, crawling, insects, sea

THINGS: Final = (
    kit.Thing("duck", "{0} duck", birds.duck),
    kit.Thing("penguin", "penguin", birds.penguin),
    kit.Thing("bird", "{0} bird", birds.bird),
    kit.Thing("chicken", "{0} chicken", birds.chicken),
    kit.Thing("owl", "{0} owl", birds.owl),
    kit.Thing("fish", "{0} fish", sea.fish),
    kit.Thing("shark", "{0} shark", sea.shark),
    kit.Thing("whale", "{0} whale", sea.whale),
    kit.Thing("octopus", "{0} octopus", sea.octopus, patterns=True),
    kit.Thing("crab", "{0} crab", sea.crab),
    kit.Thing("turtle", "turtle with {0} shell", crawling.turtle, patterns=True),
    kit.Thing("frog", "{0} frog", crawling.frog, patterns=True),
    kit.Thing("snail", "snail with {0} shell", crawling.snail),
    kit.Thing("caterpillar", "{0} caterpillar", crawling.caterpillar),
    kit.Thing("butterfly", "{0} butterfly", insects.butterfly),
    kit.Thing("bee", "bee", insects.bee),
    kit.Thing("ladybug", "{0} ladybug", insects.ladybug),
    kit.Thing("spider", "{0} spider", insects.spider),
    kit.Thing("snake", "{0} snake", crawling.snake),
)
