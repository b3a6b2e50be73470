"""The network in torch: one encoder with two heads, of tags a token and of stance a unit; only training uses it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import ModelError
from .quotes.tags import LABELS
from .quotes.windows import SEGMENTS
from .stance.head import OUTPUTS, Head
from .stance.pooling import PARTS

if TYPE_CHECKING:
    import torch


def new_tagger(folder: Path, layers: int) -> Any:
    """Build the token classifier: the pinned encoder, a new table of segment ids and a new linear layer.

    Every segment id starts as the pretrained id 0, so that training starts from the encoder as it was.
    """
    import torch
    from transformers import AutoModelForTokenClassification

    labels = dict(enumerate(LABELS))
    model = AutoModelForTokenClassification.from_pretrained(
        folder,
        num_hidden_layers=layers,
        id2label=labels,
        label2id={v: k for k, v in labels.items()},
        attention_probs_dropout_prob=0.0,  # its random numbers cost 30% of a step on a CPU
        local_files_only=True,
        use_safetensors=True,
    )
    table = model.base_model.embeddings.token_type_embeddings
    wider = torch.nn.Embedding(SEGMENTS, table.embedding_dim)
    with torch.no_grad():
        wider.weight.copy_(table.weight[:1].expand(SEGMENTS, -1))
    model.base_model.embeddings.token_type_embeddings = wider
    # Words keep their meaning: half of all parameters need no step, and new names fare like known ones.
    model.base_model.embeddings.word_embeddings.weight.requires_grad_(False)
    model.config.type_vocab_size = SEGMENTS
    return model


def load_tagger(folder: Path) -> Any:
    """Load a trained tagger as a module from (ids, types, mask) to logits and hidden state a token, side by side.

    Raises `ModelError` where the folder holds none.
    """
    import torch
    from transformers import AutoModelForTokenClassification

    if not (folder / "model.safetensors").is_file():
        raise ModelError(f"{folder}: holds no trained model; run `dvc repro`")
    # Eager attention exports to plain matrix products, which ONNX Runtime fuses by itself.
    model = AutoModelForTokenClassification.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, attn_implementation="eager"
    )

    class Rows(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            hidden = self.model.base_model(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
            return torch.cat([self.model.classifier(hidden), hidden], dim=-1)

    return Rows().eval()


def new_head(width: int, dropout: float) -> torch.nn.Sequential:
    """Build the stance head over pooled vectors (units, 3 x width), as `stance.head.Head` runs it."""
    import torch

    return torch.nn.Sequential(
        torch.nn.Dropout(dropout),
        torch.nn.Linear(PARTS * width, width),
        torch.nn.GELU(approximate="tanh"),
        torch.nn.Dropout(dropout),
        torch.nn.Linear(width, OUTPUTS),
    )


def torch_head(head: Head, dropout: float) -> torch.nn.Sequential:
    """Bring a head back into torch, to train it further."""
    import torch

    network = new_head(head.out_weight.shape[1], dropout)
    with torch.no_grad():
        for parameter, array in zip(network.parameters(), head.arrays, strict=True):
            parameter.copy_(torch.from_numpy(array))
    return network


def frozen_head(head: torch.nn.Sequential) -> Head:
    """Take a trained head's weights out of torch."""
    return Head(*(p.detach().cpu().numpy().copy() for p in head.parameters()))


def means(hidden: torch.Tensor, groups: list[list[list[int]]]) -> torch.Tensor:
    """Pool hidden states (tokens, width) as `stance.pooling.pooled` does: (units, 3 x width).

    `groups` holds three lists of token indices a unit; an empty one gives zeros.
    """
    import torch

    parts = []
    for part in range(PARTS):
        rows = [(unit, token, 1 / len(g[part])) for unit, g in enumerate(groups) for token in g[part]]
        mixing = torch.zeros(len(groups), hidden.shape[0], device=hidden.device)
        if rows:
            units, tokens, weights = zip(*rows, strict=True)
            mixing[list(units), list(tokens)] = torch.tensor(weights, device=hidden.device)
        parts.append(mixing @ hidden)
    return torch.cat(parts, dim=1)
