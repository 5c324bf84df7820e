"""How the parameters move: one method a group of parameters, chosen by name."""

from backend.optimizers.mixed import MixedOptimizer, OptimizerName
from backend.optimizers.shampoo import Shampoo, ShampooSettings

__all__ = ["MixedOptimizer", "OptimizerName", "Shampoo", "ShampooSettings"]
