"""The network in torch: one encoder with two heads, of tags a token and of stance a unit; only training uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from .errors import ModelError
from .params import TierParams
from .quotes.tags import LABELS
from .quotes.windows import SEGMENTS
from .stance.head import OUTPUTS, Head
from .stance.pooling import PARTS
from .unit import REASONS

TAUGHT = OUTPUTS + len(REASONS)
"""What a stance head is taught: its outputs, and then the reasons of stances, which nothing asks it for later."""
_WEIGHTS = "model.safetensors"


class Tagger(torch.nn.Module):
    """An encoder with a linear layer of tags, and a table of segment ids that is added to its hidden states.

    The table is added before the layer of the number `frozen` (from 0): what lies below learns nothing, so that the
    way back through the network can end there.
    """

    def __init__(self, encoder: Any, frozen: int = 0) -> None:
        super().__init__()
        encoder.pooler = None
        width = encoder.config.hidden_size
        encoder.config.frozen = frozen
        self.encoder = encoder
        self.segments = torch.nn.Embedding(SEGMENTS, width)
        self.dropout = torch.nn.Dropout(encoder.config.hidden_dropout_prob)
        self.classifier = torch.nn.Linear(width, len(LABELS))

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Give the logits of each token and its hidden state side by side: (batch, tokens, labels + width)."""

        def add(_: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
            return (inputs[0] + self.segments(types), *inputs[1:])

        lowest = self.encoder.encoder.layer[self.encoder.config.frozen]
        with lowest.register_forward_pre_hook(add):
            out = self.encoder(input_ids=ids, attention_mask=mask)
        hidden = out.last_hidden_state.float()
        return torch.cat([self.classifier(self.dropout(hidden)).float(), hidden], dim=-1)


def new_tagger(folder: Path, tier: TierParams, dropout: float) -> Tagger:
    """Build the tagger: the pinned encoder, a table of segment ids and a new linear layer.

    `dropout` is the share of hidden states left out in training, in the layers that learn and before the linear layer.
    Every segment starts as nothing, so that training starts from the encoder as it was.
    """
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(
        folder,
        num_hidden_layers=tier.layers,
        attention_probs_dropout_prob=0.0,  # its random numbers cost 30% of a step on a CPU
        hidden_dropout_prob=dropout,
        local_files_only=True,
        use_safetensors=True,
    )
    model = Tagger(encoder, tier.frozen)
    torch.nn.init.zeros_(model.segments.weight)
    torch.nn.init.normal_(model.classifier.weight, std=encoder.config.initializer_range)
    torch.nn.init.zeros_(model.classifier.bias)
    # Words keep their meaning: half of all parameters need no step, and new names fare like known ones.
    encoder.requires_grad_(False)
    for layer in encoder.encoder.layer[tier.frozen :]:
        layer.requires_grad_(True)
    # Dropout keeps weights from relying on one another, and these do not change.
    for layer in (encoder.embeddings, *encoder.encoder.layer[: tier.frozen]):
        for module in layer.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
    return model


def save_tagger(model: Tagger, folder: Path) -> None:
    """Write a trained tagger: config.json of its encoder, and model.safetensors."""
    from safetensors.torch import save_file

    model.encoder.config.save_pretrained(folder)
    save_file(
        {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}, folder / _WEIGHTS
    )


def load_tagger(folder: Path) -> Tagger:
    """Load a trained tagger.

    Raises `ModelError` where the folder holds none.
    """
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoModel

    if not (folder / _WEIGHTS).is_file():
        raise ModelError(f"{folder}: holds no trained model; run `dvc repro`")
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    # Eager attention exports to plain matrix products, which ONNX Runtime fuses by itself.
    model = Tagger(AutoModel.from_config(config, attn_implementation="eager"), config.frozen)
    model.load_state_dict(load_file(folder / _WEIGHTS))
    return model.eval()


def new_head(width: int, dropout: float, outputs: int = OUTPUTS) -> torch.nn.Sequential:
    """Build the stance head over pooled vectors (units, 3 x width), as `stance.head.Head` runs it."""
    return torch.nn.Sequential(
        torch.nn.Dropout(dropout),
        torch.nn.Linear(PARTS * width, width),
        torch.nn.GELU(approximate="tanh"),
        torch.nn.Dropout(dropout),
        torch.nn.Linear(width, outputs),
    )


def torch_head(head: Head, dropout: float) -> torch.nn.Sequential:
    """Bring a head back into torch, to train it further."""
    network = new_head(head.out_weight.shape[1], dropout)
    with torch.no_grad():
        for parameter, array in zip(network.parameters(), head.arrays, strict=True):
            parameter.copy_(torch.from_numpy(array))
    return network


def frozen_head(head: torch.nn.Sequential) -> Head:
    """Take a trained head's weights out of torch, without what it was taught beside its outputs."""
    hidden_weight, hidden_bias, out_weight, out_bias = (p.detach().cpu().numpy() for p in head.parameters())
    return Head(hidden_weight.copy(), hidden_bias.copy(), out_weight[:OUTPUTS].copy(), out_bias[:OUTPUTS].copy())


def means(hidden: torch.Tensor, groups: list[list[list[int]]]) -> torch.Tensor:
    """Pool hidden states (tokens, width) as `stance.pooling.pooled` does: (units, 3 x width).

    `groups` holds three lists of token indices a unit; an empty one gives zeros.
    """
    parts = []
    for part in range(PARTS):
        rows = [(unit, token, 1 / len(g[part])) for unit, g in enumerate(groups) for token in g[part]]
        mixing = torch.zeros(len(groups), hidden.shape[0], device=hidden.device)
        if rows:
            units, tokens, weights = zip(*rows, strict=True)
            mixing[list(units), list(tokens)] = torch.tensor(weights, device=hidden.device)
        parts.append(mixing @ hidden)
    return torch.cat(parts, dim=1)
