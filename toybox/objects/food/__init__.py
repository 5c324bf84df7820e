"""Fruit, vegetables, meals and sweets."""

from __future__ import annotations

from typing import Final

from .. import kit
from . import fruit, meals, sweets, vegetables

THINGS: Final = (
    kit.Thing("apple", "{0} apple", fruit.apple),
    kit.Thing("pear", "{0} pear", fruit.pear, kit.TALL),
    kit.Thing("banana", "banana", fruit.banana),
    kit.Thing("carrot", "carrot", vegetables.carrot),
    kit.Thing("pumpkin", "pumpkin", vegetables.pumpkin, kit.TALL),
    kit.Thing("watermelon", "watermelon", fruit.watermelon),
    kit.Thing("strawberry", "strawberry", fruit.strawberry),
    kit.Thing("cherries", "pair of {0} cherries", fruit.cherries),
    kit.Thing("lemon", "lemon", fruit.lemon),
    kit.Thing("pineapple", "pineapple", fruit.pineapple),
    kit.Thing("grapes", "bunch of {0} grapes", fruit.grapes),
    kit.Thing("corn", "ear of corn", vegetables.corn),
    kit.Thing("hamburger", "hamburger", meals.hamburger),
    kit.Thing("hotdog", "hot dog", meals.hotdog),
    kit.Thing("pizza", "slice of pizza", meals.pizza),
    kit.Thing("bread", "loaf of bread", meals.bread),
    kit.Thing("egg", "egg in {0} cup", meals.egg, patterns=True),
    kit.Thing("cheese", "piece of cheese", meals.cheese),
    kit.Thing("donut", "donut with {0} icing", sweets.donut),
    kit.Thing("icecream", "{0} ice cream cone", sweets.icecream, kit.TALL),
    kit.Thing("cupcake", "cupcake with {0} frosting", sweets.cupcake),
    kit.Thing("cake", "{0} cake", sweets.cake),
    kit.Thing("pie", "{0} pie", sweets.pie),
    kit.Thing("lollipop", "{0} lollipop", sweets.lollipop),
    kit.Thing("popsicle", "{0} popsicle", sweets.popsicle),
)
