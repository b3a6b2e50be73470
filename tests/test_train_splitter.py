from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import small_encoder

from bothsides.annotated import read_annotated
from bothsides.augment import name_pools
from bothsides.checkpoint import Checkpoint
from bothsides.encoder import encoder_folder
from bothsides.examples import examples
from bothsides.network import TAUGHT, frozen_head, load_tagger, means, new_tagger, save_tagger, torch_head
from bothsides.objective import held_out_scores, losses
from bothsides.params import load_params
from bothsides.quotes.config import SplitterConfig
from bothsides.quotes.reading import reading as merged
from bothsides.quotes.splitter import Splitter
from bothsides.quotes.tags import LABELS
from bothsides.quotes.windows import SEGMENTS, tokenise
from bothsides.stages import train_splitter
from bothsides.stages.train_splitter import fit, new_networks, train_member
from bothsides.stance.head import FILE as HEAD_FILE
from bothsides.stance.head import OUTPUTS, Head
from bothsides.stance.pooling import pooled
from bothsides.tables import article_record, unit_record, write_jsonl
from bothsides.torch_backend import TorchBackend
from bothsides.training import padded, prepare
from bothsides.unit import REASONS

ROOT = Path(__file__).parents[1]
PARAMS = load_params(ROOT / "params.yaml")
TINY = replace(
    PARAMS,
    seed=5,
    tiers=replace(
        PARAMS.tiers,
        fast=small_encoder(PARAMS.tiers.fast, layers=1, epochs=3.0, learning_rate=1e-3, members=1, precision="fp32"),
        accurate=small_encoder(
            PARAMS.tiers.fast, layers=2, frozen=1, epochs=3.0, learning_rate=1e-3, members=1, precision="bf16"
        ),
    ),
    train_splitter=replace(PARAMS.train_splitter, window=96, stride=64, head_rate=1.0),
)


@pytest.fixture(scope="module")
def articles():
    read = [read_annotated(p) for p in sorted((ROOT / "seeds/written").glob("*.xml"))[:4]]
    return [(a.article, a.gold) for a in read]


@pytest.fixture
def unstopped(tmp_path):
    return Checkpoint(tmp_path / "never.pt")


def trained(articles, tokenizer, checkpoint, params=TINY):
    device = prepare(5, 1)
    model, head = new_networks(encoder_folder(params.chosen), params)
    return model, head, *fit(model, head, articles[:3], articles[3:], tokenizer, params, device, 0, checkpoint)


def test_training_learns_repeats_and_is_read_back(
    articles, tokenizer, no_transitions, no_furniture, unstopped, tmp_path
):
    model, head, steps, epochs = trained(articles, tokenizer, unstopped)
    assert np.mean([s["loss"] for s in steps[-3:]]) < 0.8 * np.mean([s["loss"] for s in steps[:3]])
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    assert [e["epoch"] for e in epochs] == [1, 2, 3] and {"stance_accuracy", "tag_accuracy"} <= set(epochs[0])
    again, head_again, *_ = trained(articles, tokenizer, unstopped)
    assert all((a == b).all() for a, b in zip(model.state_dict().values(), again.state_dict().values(), strict=True))
    assert all((a == b).all() for a, b in zip(head.parameters(), head_again.parameters(), strict=True))

    save_tagger(model, tmp_path)
    (tmp_path / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    SplitterConfig(96, 64).save(tmp_path)
    no_transitions.write(tmp_path / "transitions.json")
    no_furniture.write(tmp_path / "furniture.json")
    splitter = Splitter.load(tmp_path, TorchBackend(tmp_path, 1), tmp_path)
    (reading,) = splitter.reader.read([articles[0][0]])
    assert reading.logits.shape == (len(reading.tokens), len(LABELS))
    assert splitter.split([articles[0][0]]) == splitter.split([articles[0][0]])


def test_the_model_is_the_mean_of_its_members(articles, tokenizer, tmp_path, monkeypatch):
    splits = ["train"] * 3 + ["validation"]
    records = [article_record(a) | {"split": s, "annotated": True} for (a, _), s in zip(articles, splits, strict=True)]
    write_jsonl(tmp_path / "data/articles.jsonl", records)
    units = [unit_record(a.id, n, u) for a, units in articles for n, u in enumerate(units, start=1)]
    write_jsonl(tmp_path / "data/gold.jsonl", units)
    params = replace(TINY, tiers=replace(TINY.tiers, fast=replace(TINY.tiers.fast, epochs=1.2, members=2)))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    members, checkpoints = [], []

    def kept(*given):
        checkpoints.append(given[-1])
        monkeypatch.setattr(given[-1], "_interval", 0.0)
        members.append(train_member(*given))
        return members[-1]

    monkeypatch.setattr(train_splitter, "train_member", kept)
    forgotten = []
    remove = train_splitter.shutil.rmtree
    monkeypatch.setattr(
        train_splitter.shutil,
        "rmtree",
        lambda path, **how: forgotten.append(sorted(p.name for p in path.iterdir())) or remove(path, **how),
    )
    train_splitter.main(tmp_path, params)
    assert forgotten == [["member-1.pt", "member-2.pt"]]
    assert checkpoints[0].path.parent == checkpoints[1].path.parent and not checkpoints[0].path.parent.exists()
    first, second = members
    assert not np.allclose(first.weights["head.1.weight"], second.weights["head.1.weight"], atol=1e-5)

    out, reports = tmp_path / "models/splitter", tmp_path / "reports/train_splitter"
    model, head = load_tagger(out), torch_head(Head.read(out / HEAD_FILE), 0.0)
    both = torch.nn.ModuleDict({"tagger": model, "head": head})
    for name, value in both.state_dict().items():
        mean = (first.weights[name] + second.weights[name]) / 2
        # The last layer of the head was taught the reasons too, and these stay behind.
        assert np.allclose(value.numpy(), mean[:OUTPUTS] if name.startswith("head.4.") else mean, atol=1e-6), name
    held_out = examples(articles[3:], tokenizer, params.train_splitter, None, name_pools(articles[:3]))
    taught = torch.nn.ModuleDict({"tagger": model, "head": new_networks(encoder_folder(params.chosen), params)[1]})
    taught.load_state_dict({n: torch.from_numpy((w + second.weights[n]) / 2) for n, w in first.weights.items()})
    scores = held_out_scores(taught, held_out, torch.device("cpu"), params)
    summary = json.loads((tmp_path / "reports/train_splitter.json").read_text())
    assert (summary["members"], summary["steps"]) == (2, len(first.steps))
    assert {name: summary[name] for name in scores} == pytest.approx(scores, abs=1e-5)
    assert abs(summary["loss"] - first.epochs[-1]["loss"]) > 1e-4 < abs(summary["loss"] - second.epochs[-1]["loss"])

    rows = (reports / "steps.csv").read_text().splitlines()
    assert rows[0] == "step,loss,learning_rate" and len(rows) == 1 + len(first.steps)
    step, loss, _ = rows[1].split(",")
    assert step == "1" and float(loss) == pytest.approx(
        (first.steps[0]["loss"] + second.steps[0]["loss"]) / 2, abs=1e-5
    )
    assert [row.split(",")[0] for row in (reports / "epochs.csv").read_text().splitlines()] == ["epoch", "1", "2"]


@pytest.mark.parametrize("tier", ["fast", "accurate"])
def test_a_training_that_was_stopped_ends_as_one_that_was_not(
    articles, tokenizer, unstopped, tmp_path, monkeypatch, tier
):
    params = replace(TINY, tier=tier)
    whole = trained(articles, tokenizer, unstopped, params)
    assert not unstopped.path.exists()
    asked = train_splitter.losses
    total, stops = len(whole[2]), [2, len(whole[2]) // 2, len(whole[2]) - 2]
    for stop in stops:
        left = iter(range(stop))

        def stopped(*given, left=left):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return asked(*given)

        monkeypatch.setattr(train_splitter, "losses", stopped)
        with pytest.raises(KeyboardInterrupt):
            trained(articles, tokenizer, Checkpoint(tmp_path / f"at-{stop}.pt", 0.0), params)
        done = []
        monkeypatch.setattr(train_splitter, "losses", lambda *given, done=done: done.append(1) or asked(*given))
        again = trained(articles, tokenizer, Checkpoint(tmp_path / f"at-{stop}.pt"), params)
        assert len(done) == total - stop
        assert again[2:] == whole[2:]
        for one, other in zip(again[:2], whole[:2], strict=True):
            assert all(
                (a == b).all() for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True)
            )


def test_training_starts_from_the_encoder_as_it_was():
    model = new_tagger(encoder_folder(TINY.chosen), TINY.chosen, 0.25)
    assert model.segments.weight.shape == (SEGMENTS, 384) and not model.segments.weight.any()


def test_hidden_states_drop_out_where_something_learns_and_attention_never_does():
    tier = TINY.tiers.accurate
    model = new_tagger(encoder_folder(tier), tier, 0.25)
    left_out = {name: m.p for name, m in model.named_modules() if isinstance(m, torch.nn.Dropout)}
    assert left_out.pop("dropout") == 0.25
    learns = {p for name, p in left_out.items() if ".layer.1." in name and ".attention.self." not in name}
    others = {p for name, p in left_out.items() if ".layer.1." not in name or ".attention.self." in name}
    assert (learns, others) == ({0.25}, {0.0})


@pytest.mark.parametrize("kind", ["bert", "mpnet"])
def test_segments_come_in_above_what_is_frozen_and_the_way_back_ends_there(tmp_path, kind):
    from transformers import AutoConfig, AutoModel

    torch.manual_seed(2)
    config = AutoConfig.for_model(
        kind, vocab_size=90, hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=48
    )
    AutoModel.from_config(config).save_pretrained(tmp_path)
    model = new_tagger(tmp_path, replace(TINY.tiers.accurate, layers=3, frozen=1), 0.0)
    torch.nn.init.normal_(model.segments.weight)
    states = []
    for layer in model.encoder.encoder.layer:
        layer.register_forward_hook(lambda _, __, out: states.append(out[0] if isinstance(out, tuple) else out))
    ids, types = torch.full((1, 5), 7), torch.arange(5).reshape(1, 5) % SEGMENTS
    after = model(ids, types, torch.ones_like(ids))
    assert after.shape == (1, 5, len(LABELS) + 32)
    assert [state.requires_grad for state in states] == [False, True, True]
    plain = model(ids, torch.zeros_like(types), torch.ones_like(ids))
    assert torch.equal(states[0], states[3]) and not torch.allclose(after, plain)
    out = tmp_path / "trained"
    out.mkdir()
    save_tagger(model, out)
    with torch.no_grad():
        assert torch.allclose(load_tagger(out)(ids, types, torch.ones_like(ids)), after, atol=1e-5)


def test_each_epoch_cuts_the_text_at_other_places(articles, tokenizer):
    chance = random.Random(1)
    one, other = (examples(articles, tokenizer, TINY.train_splitter, chance, name_pools(articles)) for _ in range(2))
    assert [e.window.tokens for e in one] != [e.window.tokens for e in other]
    for e in one:
        assert len(e.tags) == len(e.sides) == len(e.roles) == len(e.window.encoding)


def test_the_head_is_trained_on_what_prediction_pools(tokenizer):
    """Where one window shows the whole article, the training's means are those of `stance.pooling`."""
    params = replace(TINY.train_splitter, window=510)
    short = read_annotated(min((ROOT / "seeds/written").glob("*.xml"), key=lambda path: path.stat().st_size))
    article, units = short.article, list(short.gold)
    model, head = new_networks(encoder_folder(TINY.chosen), TINY)
    model.eval(), head.eval()
    (example,) = examples([(article, units)], tokenizer, params, None, name_pools([]))
    assert len(example.units) == len(units)
    with torch.inference_mode():
        hidden = model(*padded([example.window.encoding], torch.device("cpu")))[0, :, len(LABELS) :]
        trained_on = means(hidden, [u.positions for u in example.units])
        tokens = tokenise(article, tokenizer)
        rows = torch.cat([torch.zeros(len(hidden), len(LABELS)), hidden], dim=1).numpy()
        vectors = pooled(merged(tokens, [example.window], [rows]), units)
        assert np.allclose(trained_on.numpy(), vectors, atol=1e-5)
        taught, asked = head(trained_on).numpy(), frozen_head(head).logits(vectors)
        assert taught.shape == (len(units), TAUGHT) and asked.shape == (len(units), OUTPUTS)
        assert np.allclose(taught[:, :OUTPUTS], asked, atol=1e-4)


def test_reasons_are_learnt_where_they_are_told(articles, tokenizer):
    device = prepare(5, 1)
    told = [
        (a, [replace(u, reason=REASONS[7 if u.stance.label == "neutral" else 1]) for u in us]) for a, us in articles
    ]
    model, head = new_networks(encoder_folder(TINY.chosen), TINY)
    for annotated, known in ((articles, False), (told, True)):
        batch = examples(annotated, tokenizer, TINY.train_splitter, None, name_pools(annotated))
        found = losses(model, head, batch, device, TINY)
        assert (found.reasons.item() > 0) == known
        without = replace(TINY.train_splitter, reason_weight=0.0)
        assert (found.weighted(TINY.train_splitter).item() > found.weighted(without).item()) == known


def test_a_unit_counts_in_the_window_that_shows_most_of_it(articles, tokenizer):
    narrow = examples(articles, tokenizer, TINY.train_splitter, None, name_pools(articles))
    shown = sum(len(e.units) for e in narrow)
    assert 0.9 * sum(len(units) for _, units in articles) <= shown
    for e in narrow:
        for u in e.units:
            assert all(0 <= p < len(e.window.encoding) for part in u.positions for p in part) and u.positions[0]


def test_half_precision_and_frozen_layers_train_and_repeat(articles, tokenizer, unstopped):
    params = replace(TINY, tier="accurate")
    before, after, head = (kept := run_twice(articles, tokenizer, params, unstopped))[0]
    same = {name for name in after if (before[name] == after[name]).all()}
    assert all(name in same for name in after if ".layer.0." in name or "word_embeddings" in name)
    assert not any(name in same for name in after if ".layer.1." in name and name.endswith("weight"))
    _, again, head_again = kept[1]
    assert all((after[name] == again[name]).all() for name in after)
    assert all((a == b).all() for a, b in zip(head.arrays, head_again.arrays, strict=True))


def run_twice(articles, tokenizer, params, checkpoint):
    runs = []
    for _ in range(2):
        device = prepare(5, 1)
        model, head = new_networks(encoder_folder(params.chosen), params)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        fit(model, head, articles[:3], articles[3:], tokenizer, params, device, 0, checkpoint)
        runs.append((before, model.state_dict(), frozen_head(head)))
    return runs
