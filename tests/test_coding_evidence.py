from __future__ import annotations

import json

import numpy as np
import pytest
from coded import make_results, rule

import bothsides.coding.evidence as evidence_module
from bothsides.coding.codes import Code, CodedFiles
from bothsides.coding.draw import Draw, draw_order
from bothsides.coding.evidence import _group, weigh
from bothsides.errors import InputError
from bothsides.unit import STANCES


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return make_results(tmp_path_factory.mktemp("evidence") / "out")


def coded(results, n=36, by="", coders=("ann",), label=rule, skip=0, marks=None):
    draw = Draw(results.digest, 13, by)
    strata = results.values(by) if by else {unit.id: "" for unit in results.units}
    order = draw_order(draw, strata)[skip:n]
    return CodedFiles([Code(id, coder, label(id), marks, marks) for coder in coders for id in order], draw)


def truth(results, units=None):
    labels = [rule(unit.id) for unit in units or results.units]
    return [labels.count(s) / len(labels) for s in STANCES]


def test_the_whole_has_the_truth_in_its_intervals(results):
    evidence = weigh(results, coded(results))
    whole = evidence.whole
    assert (whole.units, whole.codes, whole.articles, len(evidence.groups)) == (72, 36, 12, 1)
    for label, true in zip(STANCES, truth(results), strict=True):
        assert whole.shares[label].corrected.low <= true <= whole.shares[label].corrected.high
    assert whole.shares["district-aligned"].naive == 0
    assert sum(whole.shares[s].corrected.value for s in STANCES) == pytest.approx(1)


def test_groups_and_parts(results):
    evidence = weigh(results, coded(results, 72), by=["outlet", "article_id"], only=[("outlet", "Post")])
    assert [(g.column, g.value, g.units) for g in evidence.groups[:2]] == [("", "", 48), ("outlet", "Post", 48)]
    units = [unit for unit in results.units if results.values("outlet")[unit.id] == "Post"]
    found = [evidence.whole.shares[s].corrected.value for s in STANCES]
    assert found == pytest.approx(truth(results, units))
    # Six units of an article are fewer than twenty, but all that there are.
    assert all(g.estimate and g.codes == 6 for g in evidence.groups[2:]) and len(evidence.groups) == 10


def test_a_group_with_few_codes_has_no_estimate(results):
    evidence = weigh(results, coded(results), by=["outlet", "article_id"])
    assert [g.estimate is None for g in evidence.groups if g.column == "article_id"] == [True] * 12
    rows = evidence.rows()
    assert len(rows) == 3 * len(evidence.groups) and rows[-1]["corrected_low"] is None


def test_a_stratified_draw_is_weighed(results):
    codes = coded(results, 40, "stance")
    drawn = [code.unit for code in codes.codes]
    stances = {unit.id: unit.stance for unit in results.units}
    share = np.mean([stances[id] == "union-aligned" for id in drawn])
    population = np.mean([s == "union-aligned" for s in stances.values()])
    assert share > population + 0.01
    # With the model's own labels as codes, the codes alone give back its count.
    found = weigh(results, coded(results, 40, "stance", label=stances.get))
    assert found.whole.shares["union-aligned"].alone.value == pytest.approx(population)


def test_measures_weigh_units(results):
    found = {m: weigh(results, coded(results, 72), measure=m).whole for m in ("quotes", "words", "prominence")}
    words = {s: sum(u.words for u in results.units if rule(u.id) == s) for s in STANCES}
    shares = [words[s] / sum(words.values()) for s in STANCES]
    assert [found["words"].shares[s].corrected.value for s in STANCES] == pytest.approx(shares)
    lead = {m: whole.shares["union-aligned"].corrected.value for m, whole in found.items()}
    # Union quotes stand on top.
    assert lead["prominence"] > lead["words"]


def test_coders_who_differ_count_by_halves(results):
    first, second = coded(results, 72), coded(results, 72, coders=("ben",), label=lambda id: "neutral")
    both = CodedFiles(first.codes + second.codes, first.draw)
    evidence = weigh(results, both)
    expected = [t / 2 for t in truth(results)[:2]]
    assert [evidence.whole.shares[s].corrected.value for s in STANCES[:2]] == pytest.approx(expected)
    assert evidence.coders == {"ann": 72, "ben": 72}
    assert [(p.first, p.second) for p in evidence.pairs] == [("ann", "ben"), ("ann", "model"), ("ben", "model")]
    assert evidence.verdict.startswith("not reliable")


def test_what_is_no_quote_is_left_out_of_the_shares(results):
    evidence = weigh(results, coded(results, 72, label=lambda id: "not-a-quote" if id.endswith("#6") else rule(id)))
    assert evidence.whole.valid == pytest.approx(5 / 6)
    assert evidence.whole.shares["district-aligned"].corrected.value == 0
    union = sum(rule(u.id) == "union-aligned" for u in results.units)
    assert evidence.whole.shares["union-aligned"].corrected.value == pytest.approx(union / 60)


def test_the_verdict_needs_two_coders(results):
    assert "no unit was coded by two" in weigh(results, coded(results)).verdict
    two = CodedFiles(coded(results).codes + coded(results, 2, coders=("ben",)).codes, coded(results).draw)
    assert "only 2 units were coded by two" in weigh(results, two).as_dict()["agreement"]["verdict"]
    assert weigh(results, coded(results, coders=("ann", "ben"))).verdict.startswith("reliable")
    alike = weigh(results, coded(results, coders=("ann", "ben"), label=lambda id: "neutral"))
    assert alike.verdict.startswith("undefined")


def test_how_to_go_on(results):
    evidence = weigh(results, coded(results), half_width=0.02)
    order = draw_order(Draw(results.digest, 13), {unit.id: "" for unit in results.units})
    assert 36 < evidence.needed <= 72
    assert list(evidence.next_units) == order[36 : evidence.needed]
    assert weigh(results, coded(results), half_width=0.4).next_units == ()
    assert list(weigh(results, coded(results)).next_units) == order[36:56]


def test_units_left_out_are_noted_and_come_first_next(results):
    codes = coded(results, skip=3)
    codes.blank = 3
    evidence = weigh(results, codes)
    assert (
        "3 records have no label" in evidence.notes[0] and "3 units come before the last coded one" in evidence.notes[1]
    )
    order = draw_order(Draw(results.digest, 13), {unit.id: "" for unit in results.units})
    assert list(evidence.next_units[:3]) == order[:3]
    assert weigh(results, coded(results)).notes == ()


def test_boundaries_are_compared_where_coders_marked(results):
    evidence = weigh(results, coded(results, coders=("ann", "ben"), marks=frozenset({1, 2})))
    assert [(b.first, b.second, b.exact.value) for b in evidence.boundaries] == [
        ("ann", "ben", 1),
        ("ann", "model", 1),
        ("ben", "model", 1),
    ]
    assert weigh(results, coded(results)).boundaries == ()


def test_the_plan_of_a_part_counts_and_lists_its_units_alone(results):
    outlets = results.values("outlet")
    order = draw_order(Draw(results.digest, 13), {unit.id: "" for unit in results.units})
    evidence = weigh(results, coded(results), only=[("outlet", "Post")], half_width=0.1)
    more = evidence.needed - evidence.whole.codes
    left = [id for id in order[36:] if outlets[id] == "Post"]
    assert 0 < more < len(left) and list(evidence.next_units) == left[:more]
    assert list(weigh(results, coded(results), only=[("outlet", "Post")]).next_units) == left[:20]


def test_coding_what_the_plan_of_a_part_lists_brings_the_width_and_leaves_no_hole_in_the_part(results):
    post, codes = [("outlet", "Post")], coded(results)
    codes.codes += [
        Code(id, "ann", rule(id), None, None) for id in weigh(results, codes, only=post, half_width=0.1).next_units
    ]
    part = weigh(results, codes, only=post, half_width=0.1)
    assert part.notes == () and max(s.corrected.half_width for s in part.whole.shares.values()) < 0.12
    # Those of the other outlet were passed over, so the whole is no random sample any more.
    assert "units come before the last coded one" in weigh(results, codes).notes[0]


def test_values_without_enough_codes_are_counted_together(results, monkeypatch):
    looked_at = []
    monkeypatch.setattr(evidence_module, "_group", lambda *a, **k: looked_at.append(a[1]) or group(*a, **k))
    group = _group
    evidence = weigh(results, coded(results), by=["article_id", "outlet"])
    assert looked_at == ["", "Post"] and len(evidence.groups) == 15
    counted = {(g.value, g.units): g.codes for g in evidence.groups if g.column == "article_id"}
    assert sum(counted.values()) == 36 and set(counted) == {(f"a{a:02}", 6) for a in range(12)}


def test_what_a_coder_calls_no_quote_has_no_boundaries(results):
    ann = coded(results, marks=frozenset({1, 2}), label=lambda id: "not-a-quote" if id.endswith("#6") else rule(id))
    ben = coded(results, coders=("ben",), marks=frozenset({1, 2}))
    evidence = weigh(results, CodedFiles(ann.codes + ben.codes, ann.draw))
    none = sum(code.label == "not-a-quote" for code in ann.codes)
    assert [(b.first, b.second, b.units) for b in evidence.boundaries] == [
        ("ann", "ben", 36 - none),
        ("ann", "model", 36 - none),
        ("ben", "model", 36),
    ]
    assert 0 < none < 36


def test_everything_can_be_written_as_json(results):
    evidence = weigh(results, coded(results, coders=("ann", "ben")), by=["article_id"], half_width=0.05)
    written = json.loads(json.dumps(evidence.as_dict(), allow_nan=False))
    assert written["agreement"]["all_coders"]["alpha"]["value"] == 1
    assert written["groups"][1]["shares"] is None and written["plan"]["half_width"] == 0.05


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda r: CodedFiles(), "no unit has a code"),
        (lambda r: coded(r, 19), "too few codes for an interval: 19 of 72 units; code at least 20"),
        (lambda r: coded(r, coders=("model",)), "a coder is named 'model'"),
        (lambda r: coded(r, 72, label=lambda id: "not-a-quote"), "every coded unit is not-a-quote"),
    ],
)
def test_too_few_codes_are_one_line(results, make, what):
    with pytest.raises(InputError, match=what):
        weigh(results, make(results))


def test_a_stratum_with_too_few_codes_is_named(results):
    codes = coded(results, 40, "outlet")
    outlets = results.values("outlet")
    codes.codes = [c for c in codes.codes if outlets[c.unit] == "Post"]
    with pytest.raises(InputError, match=r"fewer than 2 units of outlet 'Herald' are coded"):
        weigh(results, codes)


def test_columns_and_values_that_are_not_there(results):
    with pytest.raises(InputError, match="no column 'x'"):
        weigh(results, coded(results), by=["x"])
    with pytest.raises(InputError, match="no unit has outlet=Times"):
        weigh(results, coded(results), only=[("outlet", "Times")])
