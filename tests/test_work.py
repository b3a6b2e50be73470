from __future__ import annotations

import json

from fake_model import fake_predictor, odd_predictor

from bothsides.predict.read import UniqueIds
from bothsides.predict.source import Document, Failure, SourceArticle
from bothsides.predict.work import classify, failure_of, in_process, name_record

TASK = [
    Document("n/a.txt", "a", ".txt", b'"The union waits," he said.'),
    Failure("b.txt", 3, "empty article", "leave it out"),
    SourceArticle("a", '"No," he said.', {"path": "p. 3"}, "t\udce9.csv", 7, "cp1252", extracted=True),
    Document("n/c.txt", "c", ".txt", b"\x89PNG"),
]


def test_every_item_becomes_one_record_in_order():
    records = classify(fake_predictor(), TASK)
    assert [bool(failure_of(record)) for record in records] == [False, True, False, True]
    assert failure_of(records[1]) == TASK[1] and failure_of(records[0]) is None
    article = records[2]["article"]
    assert (article["path"], article["article_path"], article["line"]) == ("t\ufffd.csv", "p. 3", 7)
    assert article["encoding_guessed"] == "cp1252" and records[2]["text"] == '"No," he said.'
    assert "text" not in records[0]
    assert json.loads(json.dumps(records)) == records


def test_the_text_of_standard_input_is_kept():
    (record,) = classify(fake_predictor(), [Document("-", "stdin", ".txt", b'"No," he said.')])
    assert record["text"] == '"No," he said.'


def test_names_are_given_in_order_and_reach_every_row():
    names = UniqueIds()
    records = classify(fake_predictor(), TASK)
    for record in records:
        name_record(record, names)
    assert [r["article"]["article_id"] for r in records if "article" in r] == ["a", "a-2"]
    assert [row["article_id"] for row in records[2]["quotes"]] == ["a-2"]
    assert records[2]["article"]["text_file"] == "texts/a-2.txt" and records[2]["id"] == "a"


def test_an_article_that_cannot_be_classified_fails_alone():
    task = [SourceArticle("a", "BROKEN", path="a.txt"), SourceArticle("b", '"Fine."')]
    bad, good = classify(odd_predictor(), task)
    assert bad["failure"]["reason"] == "cannot be classified (RuntimeError)" and good["id"] == "b"


def test_the_model_is_loaded_when_there_is_work():
    loads = []

    def load():
        loads.append(1)
        return fake_predictor()

    assert list(in_process(load)(iter([]))) == [] and not loads
    assert [len(records) for records in in_process(load)(iter([TASK, TASK[:1]]))] == [4, 1]
    assert len(loads) == 1
