from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.annotated import read_annotated
from bothsides.article import Article
from bothsides.errors import InputError, ModelError
from bothsides.params import load_params
from bothsides.quotes.furniture import FILE, Furniture, features
from bothsides.stages import furniture as stage
from bothsides.stages.furniture import Copy, copy_of, fitted, read_lines, summary, unmarked
from bothsides.unit import QuoteUnit

ROOT = Path(__file__).parents[1]
HOW = load_params(ROOT / "params.yaml").furniture
LINES = {split: read_lines(ROOT / f"seeds/furniture/{split}.txt") for split in ("train", "validation")}


def written(some: slice) -> Copy:
    read = map(read_annotated, sorted((ROOT / "seeds/written").glob("*.xml"))[some])
    return copy_of([(annotated.article, annotated.gold) for annotated in read])


@pytest.fixture(scope="module")
def furniture() -> Furniture:
    return fitted(LINES["train"], written(slice(0, 300)), HOW)


def test_lines_of_others_are_told_and_speech_is_not_mistaken(furniture: Furniture) -> None:
    figures = summary(furniture, LINES["validation"], written(slice(300, 400)))
    assert figures["speech"] > 500 and figures["lines"] > 100
    assert figures["recall"] > 0.75
    assert figures["mistaken"] < 0.005
    assert figures["mistaken_without_end_mark"] < 0.03
    assert figures["mistaken_in_transcripts"] < 0.05


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("READ MORE: Union says offer is ‘an insult’", True),
        ("Pickets at the gate of Oak Hill Elementary on Monday. (Photo by Ann Lee/The Gazette)", True),
        ("Advertisement", True),
        ("pic.twitter.com/a8Kq02", True),
        ("“We can’t wait,” Ruth Okafor said.", False),
        ("“We can’t wait,” Ruth Okafor said", False),
        ("The union wants smaller classes, and a raise of 3 percent in each of the next two years", False),
        ('Okafor: "We never got an offer, and we have asked for one since May."', False),
        ("Superintendent Ben Hale said that schools would stay closed on Tuesday.", False),
    ],
)
def test_form_tells_furniture_from_speech(furniture: Furniture, line: str, expected: bool) -> None:
    assert (furniture.probability(line) >= furniture.threshold) is expected


def test_the_paragraphs_are_told_by_number(furniture: Furniture) -> None:
    speech = "“We have asked for smaller classes since the spring,” said Ruth Okafor, the president of the union."
    text = f"{speech}\n\nREAD MORE: What the union wants\n\nAdvertisement\n\n{speech}"
    assert furniture.among(Article("a", text)) == {1, 2}
    assert furniture.among(Article("a", "")) == frozenset()


def test_an_article_that_is_nothing_else_is_taken_at_its_word(furniture: Furniture) -> None:
    assert furniture.probability("READ MORE: What the union wants") > furniture.threshold
    some = "READ MORE: What the union wants\n\nREAD MORE: What the board wants\n\nAdvertisement"
    assert furniture.among(Article("a", some)) == frozenset()


def test_the_first_paragraph_may_be_the_title(furniture: Furniture) -> None:
    title = "Union: Offer is ‘an insult’"
    speech = "“We have asked for smaller classes since the spring,” said Ruth Okafor, the president of the union."
    assert furniture.probability(title) > furniture.threshold
    assert furniture.among(Article("a", f"{title}\n\n{speech}\n\n{title}")) == {2}


LEAD = "Talks between the union and the school board of Oak Hill ended on Monday night without a deal.\n\n" * 3
ALWAYS = Furniture({}, 9.0, 0.5)
"""Takes every paragraph for page furniture that may be one."""


@pytest.mark.parametrize(
    "copy",
    [
        "Teachers want smaller classes.",
        "Hale disagreed.",
        "Teachers and students chanted “Whose schools? Our schools!”",
        "The union said teachers are demanding:\n\n• Smaller classes in kindergarten\n\n• A nurse in every school",
        "The board offers:\n\n1. A raise of 3 percent\n\n2. Smaller classes",
        "Okafor tweeted:\n\n@RuthOkafor: We are on strike until the board talks to us",
        "Okafor tweeted:\n\nWe are on strike until the board talks #RedForEd pic.twitter.com/abcd",
        "Okafor said:\n\n'We want respect'",
        "8:40 a.m. Union says talks broke down at midnight",
        "14.05 Union says talks broke down",
        "“We will be back on the line tomorrow.”\n\n— Ruth Okafor, union president",
    ],
)
def test_what_is_plainly_copy_is_never_passed_over(copy: str) -> None:
    assert ALWAYS.among(Article("a", LEAD + copy)) == frozenset()


@pytest.mark.parametrize(
    "line", ["[Read the offer.]", "READ MORE: The union says no.", "Union says talks broke down;", "Teachers, parents,"]
)
def test_what_is_not_plainly_copy_is_passed_over_where_the_words_say_so(line: str) -> None:
    assert ALWAYS.among(Article("a", LEAD + line)) == {LEAD.count("\n\n")}


def test_a_colon_announces_no_headline() -> None:
    text = LEAD + "Okafor put it this way:\n\nREAD MORE: What the union wants\n\n“Nobody called us.”"
    article = Article("a", text)
    assert [article.text[slice(*article.paragraphs[i])] for i in ALWAYS.among(article)] == [
        "READ MORE: What the union wants"
    ]


@given(st.text(max_size=80))
def test_any_text_has_features_each_once_and_a_probability(text: str) -> None:
    found = list(features(text))
    assert len(found) == len(set(found)) >= 3
    assert 0 < Furniture(dict.fromkeys(found, 0.5), -1.0, 0.5).probability(text) < 1


def test_a_paragraph_of_any_length_has_a_probability() -> None:
    words = " ".join(f"word{n}" for n in range(20_000))
    for weight, expected in ((-1.0, 0), (1.0, 1)):
        assert Furniture(dict.fromkeys(features(words), weight), 0.0, 0.5).probability(words) == pytest.approx(expected)


@pytest.mark.parametrize("piece", ["-", "14:05 ", "a", ". ", "“", "READ MORE: ", "#"])
def test_long_runs_take_time_in_proportion(piece: str) -> None:
    def seconds(length: int) -> float:
        article = Article("a", f"Talks.\n\n14:05{piece * (length // len(piece))}")
        before = time.process_time()
        assert ALWAYS.among(article) in ({1}, frozenset())
        return time.process_time() - before

    assert seconds(200_000) < 2


def test_marks_come_off_the_end_alone() -> None:
    assert unmarked("Mr. Lee said “no.”") == "Mr. Lee said “no”"
    assert unmarked("No one left!") == "No one left" and unmarked("a heading") == "a heading"


def test_speech_counts_without_its_end_mark_too() -> None:
    texts = [f"The union said on day {n} that it would wait." for n in range(40)]
    lines = [f"Day {n} of the wait" for n in range(40)]
    how = replace(HOW, occurrences=1)
    spoken, told = fitted(lines, Copy(texts, [], []), how), fitted(lines, Copy([], texts, []), how)
    said = "The board agreed on a raise"
    assert spoken.probability(said) < told.probability(said)


def test_paragraphs_are_sorted_by_whether_somebody_speaks() -> None:
    text = "A heading\n\nIt rained.\n\n“We wait,” Ruth Lee said. “All of us.”\n\n“So do we.”"
    first, second = text.index("We wait"), text.index("So do")
    units = [
        QuoteUnit(((first, first + 7),), "direct", (first + 18, first + 22), (first + 9, first + 17), "Ruth Lee", ""),
        QuoteUnit(((second, second + 9),), "direct", None, None, "Ruth Lee", ""),
    ]
    assert copy_of([(Article("a", text), units)]) == Copy(
        ["“We wait,” Ruth Lee said. “All of us.”", "“So do we.”"],
        ["It rained."],
        ["Ruth Lee: We wait", "Lee: “So do we.”"],
    )


def test_the_stage_repeats_and_its_file_comes_back(tiny_project, tmp_path: Path) -> None:
    made = tiny_project.root / "models" / FILE
    before = made.read_bytes()
    stage.main(tiny_project.root, tiny_project.params)
    assert made.read_bytes() == before
    read = Furniture.read(made)
    read.write(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == before
    figures = json.loads((tiny_project.root / "reports/furniture.json").read_text())
    assert 0 < figures["recall"] <= 1


def test_what_is_no_such_file_is_refused_in_one_line(tmp_path: Path) -> None:
    for text in (None, "[]", "{}", "no json", '{"weights": null, "bias": 0, "threshold": 0.4}'):
        if text is not None:
            (tmp_path / FILE).write_text(text)
        with pytest.raises(ModelError, match=r"page furniture cannot be read; run `dvc repro`$"):
            Furniture.read(tmp_path / FILE)


def test_missing_and_empty_lines_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train\.txt: the lines of page furniture cannot be read \(No such file"):
        read_lines(tmp_path / "train.txt")
    (tmp_path / "train.txt").write_bytes(b"caf\xe9\n")
    with pytest.raises(InputError, match=r"train\.txt: the lines of page furniture cannot be read \(not UTF-8\)$"):
        read_lines(tmp_path / "train.txt")
    (tmp_path / "train.txt").write_text("\n \n")
    with pytest.raises(InputError, match=r"train\.txt: holds no lines of page furniture; write one a line$"):
        read_lines(tmp_path / "train.txt")


def test_no_line_is_written_twice_and_none_is_learnt_that_measures() -> None:
    train, validation = ([line.lower() for line in LINES[split]] for split in ("train", "validation"))
    assert len(LINES["train"]) == len(set(LINES["train"])) > 1000
    assert len(validation) == len(set(validation)) > 100 and not {*validation} & {*train}
