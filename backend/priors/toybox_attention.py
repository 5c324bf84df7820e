"""Attention between views that are looked at together."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

__all__ = ["MultiViewAttention"]


class MultiViewAttention:
    """Self-attention over the tokens of all views of an object; cross-attention view by view (MVDream §3.1)."""

    def __init__(self, views: int) -> None:
        self.views = views

    def __call__(
        self,
        attention: Any,  # diffusers' Attention module, which has no useful static type
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        **_: object,
    ) -> Tensor:
        """hidden_states: [B, N, C], B a multiple of the number of views.  Returns the same shape."""
        batch, tokens, channels = hidden_states.shape
        together = self.views if encoder_hidden_states is None else 1
        source = hidden_states if encoder_hidden_states is None else encoder_hidden_states

        def split(x: Tensor) -> Tensor:
            return x.reshape(batch // together, together * x.shape[1], attention.heads, -1).transpose(1, 2)

        attended = F.scaled_dot_product_attention(
            split(attention.to_q(hidden_states)), split(attention.to_k(source)), split(attention.to_v(source))
        )
        return attention.to_out[0](attended.transpose(1, 2).reshape(batch, tokens, channels))
