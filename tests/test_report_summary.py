from __future__ import annotations

from dataclasses import replace
from datetime import date

from report_corpus import STRIKE, write_corpus
from test_report_voice import article, unit

from bothsides.report import page
from bothsides.report import summary as summary_module
from bothsides.report.dates import Days, parse_strike
from bothsides.report.entries import Columns
from bothsides.report.methods import ModelNote, methods, model_note
from bothsides.report.page import report_pages
from bothsides.report.results import read_results, with_texts
from bothsides.report.save import save_pages
from bothsides.report.summary import summarise
from bothsides.report.wording import agreement, warning
from bothsides.unit import STANCES

UNION, DISTRICT, NEUTRAL = STANCES


def dated(day, *units, id="a", **columns):
    return replace(article(*units, id=id), columns={"date": day, **columns})


def source(stance, affiliation, role="", start=0):
    return replace(
        unit(stance), affiliation=affiliation, speaker_role=role, speaker_name="X", spans=((start, start + 1),)
    )


def summary(articles, strike=None):
    return summarise(articles, Columns.find(articles, None, None, None), strike)


def test_sides_heard_and_voices_missing():
    found = summary(
        [
            article(source(UNION, "union"), source(DISTRICT, "district"), id="both"),
            article(source(UNION, "other", "a mother of two"), id="one"),
            article(source(DISTRICT, "district"), id="other"),
            article(source(NEUTRAL, "union"), id="none"),
            article(id="silent"),
        ]
    )
    heard = ["both sides", "union side only", "district side only", "neither side", "no quote units"]
    assert [e.heard for e in found.entries] == heard
    assert [e.value for e in found.heard.values()] == [0.2] * 5
    assert found.entries[0].missing == ("parents", "students")
    assert found.entries[1].missing == ("union", "district", "students")
    assert found.missing["parents"].value == 0.8
    kinds = {g.name: (g.voice.articles, g.heard_in.value) for g in found.sources if g.voice.units and g.heard_in}
    assert kinds == {"union leader": (2, 0.4), "district": (2, 0.4), "parent": (1, 0.2)}
    # What is heard and what is missing are shares of the same articles.
    assert found.missing["parents"].value + kinds["parent"][1] == 1


def test_first_and_last_word_go_by_place_and_not_by_number():
    first, last = source(DISTRICT, "district", start=1), source(UNION, "union", start=90)
    found = summary([article(last, first)])
    assert found.first_word[DISTRICT].value == found.last_word[UNION].value == 1


def test_direct_and_indirect_by_side():
    units = [replace(unit(UNION), type=t) for t in ("direct", "direct", "mixed", "indirect")]
    found = summary([article(*units)])
    assert [e.value for e in found.types[UNION].values() if e] == [0.5, 0.25, 0.25]
    assert list(found.types[DISTRICT].values()) == [None] * 3


def test_phases_come_from_the_days_of_the_strike_or_from_a_column():
    articles = [dated(day, unit(UNION), phase="talks") for day in ("2012-09-01", "2012-09-12", "2012-10-01", "soon")]
    found = summary(articles, parse_strike(STRIKE))
    assert [(g.name, g.voice.articles) for g in found.phases] == [
        ("before the strike", 1),
        ("during the strike", 1),
        ("after the strike", 1),
        ("(none given)", 1),
    ]
    assert found.spans == (("strike", date(2012, 9, 10), date(2012, 9, 18)),)
    assert [g.name for g in summary(articles).phases] == ["talks"]
    assert sum(v.articles for _, v in found.times) == 3


def test_a_month_or_a_year_gets_no_phase_and_no_place_in_time_that_it_does_not_tell(monkeypatch):
    monkeypatch.setattr(page, "_charts", lambda _: {})
    dates = ("2012-09-12", "2012-10-01", "2012-09-01", "2012-08", "2012-09", "2012", "2012-09-13")
    found = summary([dated(day, unit(UNION)) for day in dates], parse_strike(STRIKE))
    assert [(g.name, g.voice.articles) for g in found.phases] == [
        ("before the strike", 2),
        ("during the strike", 2),
        ("after the strike", 1),
        ("(none given)", 2),
    ]
    assert found.period == "day" and [v.articles for _, v in found.times] == [1] * 4
    assert found.coarse == 3 and found.days == Days(date(2012, 1, 1), date(2012, 12, 31))
    months = summary([dated(day, unit(UNION)) for day in ("2012-08", "2012-09", "2012-09", "2012")])
    assert [(start, v.articles) for start, v in months.times] == [(date(2012, 8, 1), 1), (date(2012, 9, 1), 2)]
    assert months.coarse == 1
    (html,) = report_pages(found, ModelNote(""), 0).values()
    assert "3 articles have a month or a year for a date" in html
    assert '<td data-v="2012-09-01">2012-09</td>' in html and '<td data-v="2012-09-12">12 Sep 2012</td>' in html
    assert "dated 1 January 2012 to 31 December 2012" in html


def test_dates_too_coarse_for_any_phase_are_told(monkeypatch):
    monkeypatch.setattr(page, "_charts", lambda _: {})
    (html,) = report_pages(summary([dated("2012-09", unit(UNION))], parse_strike(STRIKE)), ModelNote(""), 0).values()
    assert "1 article has a month or a year for a date and is left out here" in html


def test_phases_are_found_by_looking_at_each_article_a_few_times():
    class Counted:
        reads = 0
        days = Days(date(2012, 9, 1), date(2012, 9, 1))
        article = article(unit(UNION))

        def __init__(self, phase):
            self.name = phase

        @property
        def phase(self):
            Counted.reads += 1
            return self.name

    entries = [Counted(f"phase {number % 40}") for number in range(400)]
    assert [g.voice.articles for g in summary_module._phases(entries, None)] == [10] * 40
    assert Counted.reads <= 5 * len(entries)


def test_outlets_come_from_a_column_or_from_the_address():
    named = summary([dated("2012-09-01", unit(UNION), outlet="Ledger"), dated("2012-09-01", unit(UNION), outlet="")])
    assert [g.name for g in named.outlets] == ["(none given)", "Ledger"]
    by_url = summary([dated("2012-09-01", unit(UNION), url="https://www.ledger.example/x")])
    assert [g.name for g in by_url.outlets] == ["ledger.example"]
    assert summary([article(unit(UNION))]).outlets == ()


def test_the_unsure_units_come_first():
    doubt = [replace(unit(UNION), confidence=c, abstain=a) for c, a in ((0.9, ""), (0.5, ""), (0.8, "low"))]
    assert [u.confidence for _, u in summary([article(*doubt)]).review] == [0.8, 0.5, 0.9]


def test_the_methods_say_what_was_done():
    found = summary([dated("2012-09-01", unit(UNION), outlet="Ledger"), article(id="silent")])
    text = " ".join(methods(found, ModelNote("abc", "0.0.7", [("stance, F1", "0.80", "0.68", "0.91")], "3"), 2))
    for said in (
        "2 news articles from 1 outlet, dated 1 September 2012",
        "1 quote unit:",
        "1 article held no unit",
        "2 further inputs could not be read",
        "with model abc",
        "On 3 real articles that it was never trained on, it reached: stance, F1 0.80 (95% interval 0.68 to 0.91)",
        "With 1 article they are rough",
    ):
        assert said in text
    assert "found by bothsides 0.0.7 with model abc" in text
    assert model_note({"plan": {"model": "gone-1", "bothsides": "0.0.7"}}) == ModelNote("gone-1", "0.0.7")
    assert "do not record which model" in " ".join(methods(found, ModelNote(""), 0))


def test_the_same_results_give_the_same_bytes(tmp_path):
    articles = list(with_texts(read_results(write_corpus(tmp_path / "out", 6))))
    pages = [report_pages(summary(articles), ModelNote("m"), 0) for _ in range(2)]
    assert pages[0] == pages[1]
    out = tmp_path / "report.html"
    assert save_pages(out, pages[0]) == save_pages(out, pages[1]) == [out]


def test_results_without_a_single_unit_make_a_report():
    (html,) = report_pages(summary([article(), article(id="b")]), ModelNote(""), 1).values()
    assert "No quote units were found in these articles." in html and "1 input could not be read" in html


def test_units_without_words_make_a_report():
    found = summary([article(unit(UNION, words=0), id=str(number)) for number in range(4)])
    assert [found.voice.shares[m][UNION].value for m in ("quotes", "words", "prominence")] == [1, 0, 0]
    assert "by words neither side leads" in warning(found)
    (html,) = report_pages(found, ModelNote(""), 0).values()
    assert "nan" not in html.split("<svg")[0] and "nan%" not in html


def test_leads_that_are_far_apart_are_told_however_few_the_articles():
    # By quotes nobody leads, by words the union side does.
    one = summary([article(unit(UNION, 30), unit(DISTRICT, 10))])
    told = agreement(one)
    assert told.startswith(
        "The measures show different leads: by quotes neither side leads; by words the union side leads by 50"
    )
    assert agreement(summary([article(unit(UNION), unit(DISTRICT))])) == "The three measures agree within a few points."
