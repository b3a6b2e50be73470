from __future__ import annotations

from bothsides.predict.source import Failure, SourceArticle, usable


def test_a_failure_is_one_line_of_what_where_and_what_to_do():
    assert str(Failure("a.csv", 3, "empty article", "leave it out")) == "empty article: a.csv:3; leave it out"
    assert str(Failure("a.txt", None, "empty file")) == "empty file: a.txt"


def test_usable_texts_pass_and_others_say_why():
    assert usable(SourceArticle("a", "Text.")) == SourceArticle("a", "Text.")
    for bad in (SourceArticle("a", " \n"), SourceArticle("a", "x\ud800"), SourceArticle("a", "x", {"c": "\udfff"})):
        assert isinstance(usable(bad), Failure)
