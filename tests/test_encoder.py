from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bothsides.encoder import encoder_folder, sha256_of
from bothsides.errors import ModelError
from bothsides.params import load_params

PARAMS = load_params(Path(__file__).parents[1] / "params.yaml").encoder


def test_the_pinned_weights_are_found_and_are_the_ones_pinned():
    folder = encoder_folder(PARAMS)
    assert sha256_of(folder / "model.safetensors") == PARAMS.sha256
    assert (folder / "tokenizer.json").is_file()


@pytest.mark.parametrize(
    "change, message",
    [
        ({"sha256": "0" * 64}, "sha256 is 53aa.*pins 0000"),
        ({"version": "9.9"}, "is version 0.1.0, params.yaml pins 9.9"),
        ({"package": "no-such-package"}, "no-such-package is not installed"),
    ],
)
def test_other_weights_are_refused(change, message):
    with pytest.raises(ModelError, match=message):
        encoder_folder(replace(PARAMS, **change))
