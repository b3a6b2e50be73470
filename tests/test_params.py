import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from bothsides.errors import ParamsError
from bothsides.params import load_params, params_of

FILE = Path(__file__).parents[1] / "params.yaml"


def changed(key: str, value: object) -> Any:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    section = raw
    *way, last = key.split(".")
    for part in way:
        section = section[part]
    section[last] = value
    return raw


def test_the_committed_file_is_valid() -> None:
    params = load_params(FILE)
    assert params.train.baseline.features > 0
    assert isinstance(params.chosen.epochs, float)


@pytest.mark.parametrize(
    ("key", "value", "parts"),
    [
        ("train.epoch", 3, ["unknown key train.epoch", "allowed are epochs, learning_rate"]),
        ("sead", 3, ["unknown key sead", "allowed are seed, threads"]),
        ("train.baseline.depth", 3, ["unknown key train.baseline.depth", "regularisation, features"]),
        ("train.epochs", "four", ["train.epochs is 'four'", "type int"]),
        ("train.epochs", 1.5, ["train.epochs is 1.5", "type int"]),
        ("train.epochs", True, ["train.epochs is True", "type int"]),
        ("publish.model", 7, ["publish.model is 7", "type str"]),
        ("train.epochs", -1, ["train.epochs is -1", "between 0 and 500"]),
        ("label.weak_weight", 1.01, ["label.weak_weight is 1.01", "between 0 and 1"]),
        ("label.weak_weight", float("nan"), ["label.weak_weight is nan", "between 0 and 1"]),
        ("train", None, ["train is None", "mapping"]),
        ("tiers.fast.frozen", 4, ["tiers.fast.frozen is 4", "less than layers, 4"]),
    ],
)
def test_a_bad_value_names_file_key_value_and_what_is_allowed(key: str, value: object, parts: list[str]) -> None:
    with pytest.raises(ParamsError) as caught:
        params_of(changed(key, value), "my/params.yaml")
    message = str(caught.value)
    assert message.startswith("my/params.yaml: ")
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_a_missing_key_is_named() -> None:
    raw = copy.deepcopy(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    del raw["ingest"]["validation_share"]
    with pytest.raises(ParamsError, match=r"p: key ingest\.validation_share is missing"):
        params_of(raw, "p")


def test_whole_numbers_and_exponents_do_for_fractions() -> None:
    assert params_of(changed("label.weak_weight", 1), "p").label.weak_weight == 1.0
    assert params_of(changed("train.learning_rate", "3e-05"), "p").train.learning_rate == 3e-5


@pytest.mark.parametrize("content", [b"seed: [1", b"seed: \xff", None])
def test_a_file_that_is_no_yaml_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "params.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ParamsError) as caught:
        load_params(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
