"""Matplotlib's SVG made fit to stand inside of a page: no style of its own, so that a strict policy lets it be shown.

Styles become presentation attributes, which need no exception from a content security policy; the colours of
`INKS` become classes, so that the page's style sheet chooses them for light, dark and print.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
INKS = {
    "#0b5fa5": "union",
    "#b45309": "district",
    "#5f6b76": "neutral",
    "#111213": "ink",
    "#414243": "muted",
    "#c1c2c3": "rule",
    "#e1e2e3": "shade",
    "#fefdfc": "paper",
}
"""The colours that figures are drawn in, and the class each one stands for."""

_KEPT = {"fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "text-anchor"} | {
    "fill-opacity",
    "stroke-opacity",
}
_FONT_SIZE = re.compile(r"([\d.]+)px")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LONG = re.compile(r"-?\d+\.\d{3,}")


def inline(source: str, name: str, title: str, description: str, kind: str) -> str:
    """Rewrite a figure as an `svg` element whose ids begin with `name`; `kind` is its class besides `chart`.

    The title and the description are what a screen reader says of it.
    """
    root = ET.fromstring(source)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        _plain_attributes(element, name)
    _drop_empty(root)
    root.attrib = {"viewBox": root.attrib["viewBox"], "class": f"chart {kind}", "role": "img"}
    root.attrib["aria-labelledby"] = f"{name}-title {name}-desc"
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        head = ET.Element(tag, {"id": f"{name}-{tag}"})
        head.text = text
        root.insert(position, head)
    for element in root.iter():
        if element.tag not in ("text", "tspan", "title", "desc"):
            element.text = None
        element.tail = None
    return ET.tostring(root, encoding="unicode", short_empty_elements=True)


def _plain_attributes(element: ET.Element, name: str) -> None:
    attributes = dict(element.attrib)
    declared = dict(part.split(":", 1) for part in attributes.pop("style", "").split(";") if ":" in part)
    style = {key.strip(): value.strip() for key, value in declared.items()}
    if font := _FONT_SIZE.search(style.get("font-size", style.get("font", ""))):
        attributes["font-size"] = font[1]
    attributes |= {key: value for key, value in style.items() if key in _KEPT}
    classes = []
    for paint in ("fill", "stroke"):
        if ink := INKS.get(attributes.get(paint, "").lower()):
            del attributes[paint]
            classes.append(f"{paint}-{ink}")
    if classes:
        attributes["class"] = " ".join(classes)
    element.attrib.clear()
    for key, value in attributes.items():
        if key == "id":
            value = f"{name}-{value}"
        elif key == f"{{{XLINK}}}href":
            key, value = "href", f"#{name}-{value.removeprefix('#')}"
        element.set(key, _LONG.sub(lambda m: f"{float(m[0]):.2f}", _REFERENCE.sub(rf"url(#{name}-\1)", value)))


def _drop_empty(root: ET.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in ("g", "defs") and not len(child):
                parent.remove(child)
