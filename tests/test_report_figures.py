from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pytest
from test_report_voice import article, unit

from bothsides.balance import MEASURES
from bothsides.evaluation.bootstrap import Estimate
from bothsides.report import figures
from bothsides.report.figures import Chart, Point, stacked_chart, time_chart, voice_chart
from bothsides.report.voice import voice_of
from bothsides.unit import STANCES

UNION, DISTRICT, NEUTRAL = STANCES
HOSTILE = '<b>$x^2$ & "quotes"</svg> ' + "long " * 20


def voice():
    return voice_of([article(unit(UNION), unit(DISTRICT), unit(NEUTRAL)) for _ in range(4)])


def charts() -> list[Chart]:
    points = [Point(date(2012, 9, day), f"{day} Sep", voice()) for day in (3, 10, 17)]
    rows = [(HOSTILE, (0.5, 0.3, 0.2), "3 units"), ("B", (0.0, 0.0, 1.0), "1 unit")]
    return [
        voice_chart(voice()),
        stacked_chart("outlets", HOSTILE, rows, STANCES),
        time_chart(points, "quotes", [(HOSTILE, date(2012, 9, 10), date(2012, 9, 18))]),
    ]


@pytest.fixture(scope="module")
def drawn() -> list[Chart]:
    return charts()


def test_figures_need_no_style_and_no_network(drawn):
    for chart in drawn:
        for svg in (chart.wide, chart.narrow):
            root = ET.fromstring(svg)
            assert root.tag == "svg" and root.get("role") == "img" and root.find("title") is not None
            names = {name for element in root.iter() for name in element.attrib}
            assert "style" not in names and not [n for n in names if n.startswith("on")]
            assert not [e for e in root.iter() if e.tag in ("style", "script", "image", "metadata", "foreignObject")]
            assert "http" not in svg


def test_ids_are_unique_and_references_lead_somewhere(drawn):
    page = "".join(chart.wide + chart.narrow for chart in drawn)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) | set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_names_stay_text(drawn):
    assert "&lt;b&gt;$x^2$" in drawn[1].wide
    assert "<b>" not in drawn[1].wide and "</svg> " not in drawn[1].wide


def test_sides_differ_by_more_than_colour(drawn):
    stacked = ET.fromstring(drawn[1].wide)
    patterns = {e.get("fill") for e in stacked.iter("path") if (e.get("fill") or "").startswith("url")}
    assert len(patterns) == 2, "two of three sides are hatched, each in its own way"


def test_shares_that_are_no_numbers_are_drawn_all_the_same():
    lost = Estimate(math.nan, math.nan, math.nan)
    odd = replace(voice(), shares={m: dict.fromkeys(STANCES, lost) for m in MEASURES})
    points = [Point(date(2012, 9, day), f"{day} Sep", odd) for day in (3, 10)]
    rows = [("A", (math.nan, math.inf, 0.5), "1 unit")]
    for chart in (voice_chart(odd), time_chart(points, "quotes", []), stacked_chart("odd", "Odd", rows, STANCES)):
        assert ET.fromstring(chart.wide).tag == "svg"


@pytest.mark.parametrize(
    ("highest", "end"),
    [(0.0, 0.25), (0.22, 0.25), (0.24, 0.5), (0.5, 0.75), (0.72, 0.75), (0.74, 1.0), (1.0, 1.0), (7.0, 1.0)],
)
def test_an_axis_ends_at_the_quarter_above(highest, end):
    assert figures._quarter_above(highest) == end


def test_the_same_figures_give_the_same_bytes(drawn):
    assert charts() == drawn
