"""Annotated articles: reading and checking the XML format of docs/annotated-article-format.md."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from .article import Article, Span
from .errors import InputError
from .marks import quotations, unit_type
from .unit import AFFILIATIONS, STANCES, QuoteUnit, Stance

ARTICLE_COLUMNS = ("event", "year", "style")
_SOURCE_ATTRIBUTES = ("id", "name", "role", "affiliation")
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "article": ("id", *ARTICLE_COLUMNS),
    "sources": (),
    "source": _SOURCE_ATTRIBUTES,
    "body": (),
    "p": (),
    "said": ("u", "who", "stance", "type"),
    "speaker": ("u",),
    "cue": ("u",),
}
_EDGE = re.compile(r'^["“\s]|["”\s]$')
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """Somebody who is quoted: id within the article, fullest name, role in the article's words, affiliation."""

    id: str
    name: str
    role: str
    affiliation: str


@dataclass(frozen=True)
class AnnotatedUnit:
    """A gold unit with the id of its source and the attributes of its first `said`, in the order they were written."""

    unit: QuoteUnit
    source: str
    attributes: tuple[str, ...] = ("u", "who", "stance")


@dataclass(frozen=True)
class AnnotatedArticle:
    """An article with its sources and gold units; `article.columns` holds event, year and style."""

    article: Article
    sources: tuple[Source, ...]
    units: tuple[AnnotatedUnit, ...]

    @property
    def gold(self) -> list[QuoteUnit]:
        """The quote units alone, in reading order."""
        return [u.unit for u in self.units]


@dataclass
class _Marked:
    """What the elements of one unit said, while its article is being read."""

    spans: list[Span]
    attributes: dict[str, str]
    speaker: Span | None = None
    cue: Span | None = None


def read_annotated(path: Path) -> AnnotatedArticle:
    """Read one annotated article.

    Raises `InputError` with every problem that `check_annotated` finds.
    """
    annotated, problems = check_annotated(path)
    if annotated is None or problems:
        raise InputError(f"{path}: {'; '.join(problems)}")
    return annotated


def check_annotated(path: Path) -> tuple[AnnotatedArticle | None, list[str]]:
    """Read one annotated article and list what breaks the rules of the format; an empty list means that it passes."""
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return None, [f"cannot be read as UTF-8 text ({error})"]
    return parse_annotated(source)


def parse_annotated(source: str) -> tuple[AnnotatedArticle | None, list[str]]:
    """Parse the XML text of one annotated article; see `check_annotated`."""
    if _DECLARATION.search(source):
        return None, ["document type and entity declarations are not allowed"]
    try:
        root = ET.fromstring(source)
    except ET.ParseError as error:
        return None, [f"is not well-formed XML ({error})"]
    body = root.find("body")
    if root.tag != "article" or body is None or not root.get("id"):
        return None, ["needs <article id=...> with a <body>"]
    sources = tuple(Source(*(el.get(a, "") for a in _SOURCE_ATTRIBUTES)) for el in root.iter("source"))
    problems = [
        f"source {s.id}: affiliation {s.affiliation!r} is not one of {', '.join(AFFILIATIONS)}"
        for s in sources
        if s.affiliation not in AFFILIATIONS
    ]
    problems += _unknown_attributes(root)
    problems += _misplaced(root)
    text, marked = _read_body(body, problems)
    article = Article(root.get("id", ""), text, {a: root.attrib[a] for a in ARTICLE_COLUMNS if a in root.attrib})
    problems += _problems(text, marked, [s.id for s in sources])
    if problems:
        return None, problems
    units = tuple(_unit(article, m, {s.id: s for s in sources}) for m in marked.values())
    return AnnotatedArticle(article, sources, units), []


def _read_body(body: ET.Element, problems: list[str]) -> tuple[str, dict[str, _Marked]]:
    """Join the paragraphs to one text and collect what each unit's elements mark in it."""
    text = ""
    marked: dict[str, _Marked] = {}
    mentions: list[tuple[str, str, Span]] = []
    for number, paragraph in enumerate(body.findall("p"), start=1):
        content = "".join(paragraph.itertext())
        if not content or content != content.strip() or "\n" in content:
            problems.append(f"paragraph {number}: is empty, breaks over lines, or has white space at its edge")
        text += ("\n\n" if text else "") + (paragraph.text or "")
        for element in paragraph:
            start = len(text)
            text += "".join(element.itertext())
            span, unit = (start, len(text)), element.get("u", "")
            text += element.tail or ""
            if len(element):
                problems.append(f"<{element.tag} u={unit!r}>: elements must not be nested")
            if not unit:
                problems.append(f"<{element.tag}> without u: {text[slice(*span)][:40]!r}")
            elif element.tag == "said":
                known = marked.setdefault(unit, _Marked([], dict(element.attrib)))
                if known.spans and len(element.attrib) > 1:
                    problems.append(f"u{unit}: only its first <said> may carry more than u")
                known.spans.append(span)
            elif element.tag in ("speaker", "cue"):
                mentions += [(element.tag, u, span) for u in unit.split()]
            else:
                problems.append(f"unknown element <{element.tag}>")
    for tag, unit, span in mentions:
        if unit not in marked:
            problems.append(f"{tag} u{unit}: no said of that unit")
        elif getattr(marked[unit], tag) is not None:
            problems.append(f"{tag} u{unit}: marked twice")
        else:
            setattr(marked[unit], tag, span)
    return text, marked


def _unknown_attributes(root: ET.Element) -> list[str]:
    """Name the attributes that the format does not have: writing the article again would lose them."""
    return [
        f"<{element.tag}{''.join(f' {k}={element.attrib[k]!r}' for k in ('id', 'u') if k in element.attrib)}>: "
        f"unknown attribute {name!r}"
        for element in root.iter()
        for name in element.attrib
        if name not in _ATTRIBUTES.get(element.tag, element.attrib)
    ]


def _misplaced(root: ET.Element) -> list[str]:
    """Name what stands where the format has nothing: it is no part of the article's text, and would be lost unseen."""
    allowed = {"article": ("sources", "body"), "sources": ("source",), "body": ("p",)}
    found = []
    for parent in [el for el in root.iter() if el.tag in allowed]:
        found += [f"<{el.tag}> in <{parent.tag}>" for el in parent if el.tag not in allowed[parent.tag]]
        for text in (parent.text, *(el.tail for el in parent)):
            if text and text.strip():
                found.append(f"text in <{parent.tag}> outside of its elements: {' '.join(text.split())[:40]!r}")
    for tag in ("sources", "body"):
        if len(root.findall(tag)) > 1:
            found.append(f"more than one <{tag}>")
    return found


def _problems(text: str, marked: dict[str, _Marked], sources: list[str]) -> list[str]:
    problems = [f"source {id!r}: the id is missing or used twice" for id in sources if not id or sources.count(id) > 1]
    for u, m in marked.items():
        if m.attributes.get("who") not in sources:
            problems.append(f"u{u}: who={m.attributes.get('who')!r} is not in <sources>")
        if m.attributes.get("stance") not in STANCES:
            problems.append(f"u{u}: stance={m.attributes.get('stance')!r} is not one of {', '.join(STANCES)}")
        if m.attributes.get("type", "direct") != "direct":
            problems.append(f"u{u}: type={m.attributes['type']!r}; only 'direct' may be stated")
        for start, end in m.spans:
            if start == end or _EDGE.search(text[start:end]):
                problems.append(f"u{u}: empty, or a quotation mark or space at the edge of {text[start:end][:40]!r}")
    if list(marked) != [str(n) for n in range(1, len(marked) + 1)]:
        problems.append(f"units are not numbered 1, 2, 3 in reading order: {', '.join(marked)}")
    return problems


def _unit(article: Article, marked: _Marked, sources: dict[str, Source]) -> AnnotatedUnit:
    source, spans = sources[marked.attributes["who"]], tuple(marked.spans)
    stated = marked.attributes.get("type")
    unit = QuoteUnit(
        spans=spans,
        type="direct" if stated else unit_type(article.text, spans, quotations(article)),
        cue=marked.cue,
        speaker=marked.speaker,
        speaker_name=source.name,
        speaker_role=source.role,
        affiliation=next(a for a in AFFILIATIONS if a == source.affiliation),
        stance=Stance.certain(next(s for s in STANCES if s == marked.attributes["stance"]), "gold"),
    )
    return AnnotatedUnit(unit, source.id, tuple(marked.attributes))
