"""Annotated articles: writing the XML format of docs/annotated-article-format.md."""

from __future__ import annotations

from .annotated import ARTICLE_COLUMNS, AnnotatedArticle, AnnotatedUnit
from .article import Span


def write_annotated(annotated: AnnotatedArticle) -> str:
    """Write an annotated article as XML; reading and writing an article gives the same bytes."""
    article = annotated.article
    attributes = {"id": article.id, **{a: article.columns[a] for a in ARTICLE_COLUMNS if a in article.columns}}
    lines = [f"<article{_attributes(attributes)}>", "<sources>"]
    for s in annotated.sources:
        pairs = {"id": s.id, "name": s.name, "role": s.role, "affiliation": s.affiliation}
        lines.append(f"<source{_attributes(pairs)}/>")
    lines += ["</sources>", "<body>"]
    tags = _tags(annotated.units)
    for start, end in article.paragraphs:
        lines.append(f"<p>{_markup(article.text, start, end, tags)}</p>")
    return "\n".join([*lines, "</body>", "</article>", ""])


def _tags(units: tuple[AnnotatedUnit, ...]) -> list[tuple[Span, str, str]]:
    """List (range, element, attributes) of every element of the body, in reading order."""
    tags: list[tuple[Span, str, str]] = []
    shared: dict[tuple[Span, str], list[str]] = {}
    for number, annotated in enumerate(units, start=1):
        unit, stance = annotated.unit, annotated.unit.stance
        values = {"u": str(number), "who": annotated.source, "stance": stance.label if stance else "", "type": "direct"}
        for i, span in enumerate(unit.spans):
            names = annotated.attributes if i == 0 else ("u",)
            tags.append((span, "said", _attributes({n: values[n] for n in names})))
        for element, mention in (("speaker", unit.speaker), ("cue", unit.cue)):
            if mention:
                shared.setdefault((mention, element), []).append(str(number))
    tags += [(span, element, _attributes({"u": " ".join(us)})) for (span, element), us in shared.items()]
    return sorted(tags)


def _markup(text: str, start: int, end: int, tags: list[tuple[Span, str, str]]) -> str:
    out, at = "", start
    for (tag_start, tag_end), element, attributes in tags:
        if start <= tag_start and tag_end <= end:
            inner = _escape(text[tag_start:tag_end])
            out += f"{_escape(text[at:tag_start])}<{element}{attributes}>{inner}</{element}>"
            at = tag_end
    return out + _escape(text[at:end])


def _attributes(pairs: dict[str, str]) -> str:
    return "".join(f' {name}="{_escape(value).replace(chr(34), "&quot;")}"' for name, value in pairs.items())


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
