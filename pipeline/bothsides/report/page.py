"""The report as HTML: one self-contained file, and further ones where the articles do not fit into the first.

Jinja2 escapes whatever comes from articles; the content security policy allows this page's own style and script by
their digests and nothing else, so that even markup that slipped through would not run or load anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..balance import MEASURES
from ..unit import STANCES
from .dates import Period
from .entries import HEARD, VOICES, Entry
from .figures import Chart, Point, stacked_chart, time_chart, voice_chart
from .methods import ModelNote, methods
from .pack import article_data, packed, pages
from .summary import TYPES, Group, Summary
from .voice import FEWEST_ARTICLES, ROUGH_ARTICLES
from .wording import agreement, headline, interval, percent, units_note, warning

if TYPE_CHECKING:
    from jinja2 import Environment

GENERATOR = '<meta name="generator" content="bothsides report">'
_DRAWN_OUTLETS, _LISTED_OUTLETS, _LISTED_ONE_SIDED = 12, 300, 40
_SHOWN_FACTS = 300
_POLICY = (
    "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def report_pages(summary: Summary, note: ModelNote, failed: int, name: str = "report.html") -> dict[str, str]:
    """Render the report: file names and their HTML, the first called `name`, further ones `name` with a number."""
    data = [article_data(e.article, e.title, _facts(e, summary.columns.title)) for e in summary.entries]
    parts = pages(data)
    path = PurePath(name)
    names = [name, *(f"{path.stem}-{number}{path.suffix}" for number in range(2, len(parts) + 1))]
    first_of = [sum(map(len, parts[:i])) for i in range(len(parts))]
    home = {id(e): names[i] for i, start in enumerate(first_of) for e in summary.entries[start : start + len(parts[i])]}

    environment = _environment()

    def link(entry: Entry, here: str) -> str:
        file = home[id(entry)]
        return ("" if file == here else quote(file)) + "#article=" + quote(entry.article.id, safe="")

    rendered = {}
    common = _context(summary, note, failed)
    for file, part, start in zip(names, parts, first_of, strict=True):
        template = environment.get_template("report.html.j2" if file == name else "more.html.j2")
        rendered[file] = template.render(
            **(common if file == name else {}),
            **_shared(environment),
            summary=summary,
            here=file,
            link=link,
            entries=summary.entries[start : start + len(part)],
            first=start + 1,
            files=[(f, s + 1, s + len(p)) for f, s, p in zip(names, first_of, parts, strict=True)],
            pack=packed(part),
        )
    return rendered


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("bothsides.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, interval=interval, day=_day)
    return environment


def _shared(environment: Environment) -> dict[str, Any]:
    """What every page has: style and script, and the policy that names their digests."""
    from markupsafe import Markup

    assert environment.loader is not None
    style, script = (environment.loader.get_source(environment, f"report.{kind}")[0] for kind in ("css", "js"))
    return {
        "style": Markup(style),
        "script": Markup(script),
        "policy": _POLICY.format(style=_digest(style), script=_digest(script)),
        "generator": Markup(GENERATOR),
        "stances": STANCES,
        "measures": MEASURES,
    }


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _context(summary: Summary, note: ModelNote, failed: int) -> dict[str, Any]:
    """What the first page shows besides its articles."""
    voice = summary.voice
    one_sided = [e for e in summary.entries if e.heard in ("union side only", "district side only")]
    # One unit is one-sided by nature: those with the most units come first.
    one_sided.sort(key=lambda e: -len(e.article.units))
    return {
        "headline": headline(voice),
        "warning": warning(summary),
        "agreement": agreement(summary),
        "charts": {name: _markup(chart) for name, chart in _charts(summary).items()},
        "unread_dates": sum(bool(e.date_text and not e.days) for e in summary.entries),
        "outlet_count": len({e.outlet for e in summary.entries if e.outlet}),
        "source_count": len({(e.article.id, u.who) for e in summary.entries for u in e.article.units}),
        "textless": sum(e.article.text is None for e in summary.entries),
        "failed": failed,
        "time_rows": [Group(_label(start, summary), v) for start, v in summary.times],
        "listed_outlets": summary.outlets[:_LISTED_OUTLETS],
        "types": TYPES,
        "heard_labels": HEARD,
        "voices": VOICES,
        "one_sided": one_sided[:_LISTED_ONE_SIDED],
        "one_sided_count": len(one_sided),
        "paragraphs": methods(summary, note, failed),
        "fewest": FEWEST_ARTICLES,
        "rough": summary.spoken < ROUGH_ARTICLES,
    }


def _charts(summary: Summary) -> Mapping[str, Chart]:
    if not summary.voice.units:
        return {}
    charts = {"voice": voice_chart(summary.voice)}
    if len(summary.times) > 1:
        points = [Point(start, _label(start, summary), voice) for start, voice in summary.times]
        charts["time"] = time_chart(points, "quotes", summary.spans)
    for name, title, groups in (
        ("phases", "Share of voice by phase, by quotes", summary.phases),
        ("outlets", "Share of voice by outlet, by quotes", summary.outlets[:_DRAWN_OUTLETS]),
        ("sources", "Stance by kind of source, by quotes", [g for g in summary.sources if g.voice.units]),
    ):
        if groups:
            charts[name] = stacked_chart(name, title, [_bar(g) for g in groups], STANCES)
    charts["types"] = stacked_chart(
        "types",
        "Direct, mixed and indirect units by stance",
        [
            (s, [e.value for e in of.values() if e], units_note(summary.voice.counts[s]))
            for s, of in summary.types.items()
            if any(of.values())
        ],
        TYPES,
    )
    ends = (("first word", summary.first_word), ("last word", summary.last_word))
    rows = [(name, [of[s].value for s in STANCES], f"{summary.spoken:,} articles") for name, of in ends]
    charts["ends"] = stacked_chart("ends", "Whose side has the first and the last word", rows, STANCES)
    return charts


def _bar(group: Group) -> tuple[str, list[float], str]:
    shares = group.voice.shares["quotes"]
    return group.name, [shares[s].value for s in STANCES], units_note(group.voice.units)


def _markup(chart: Chart) -> Any:
    from markupsafe import Markup

    return Markup(chart.wide + chart.narrow)


def _facts(entry: Entry, title: str | None) -> list[tuple[str, str]]:
    article = entry.article
    named = [(name, " ".join(value.split())[:_SHOWN_FACTS]) for name, value in article.columns.items()]
    own = [(name, value) for name, value in named if value and name != title]
    return [("id", article.id), *own, ("words", f"{article.words:,}")]


def _label(start: date, summary: Summary) -> str:
    years = {s.year for s, _ in summary.times}
    return _period_label(start, summary.period or "day", len(years) > 1)


def _period_label(start: date, period: Period, with_year: bool) -> str:
    if period == "year":
        return str(start.year)
    if period == "month":
        return f"{start:%b %Y}"
    return f"{start.day} {start:%b %Y}" if with_year else f"{start.day} {start:%b}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def is_report(head: str) -> bool:
    """Tell by the beginning of a file whether it is a report of ours, which a new one may replace."""
    return GENERATOR in head
