from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from browser import accessibility_problems
from report_corpus import STRIKE, write_corpus, write_results

from bothsides.cli import main
from bothsides.predict.predictor import Prediction
from bothsides.predict.source import SourceArticle
from bothsides.unit import QuoteUnit, Stance

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)").expect
ARTICLES = 60
HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "{{ 7*7 }} \u2028 & 😀"
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    out = write_corpus(tmp_path_factory.mktemp("corpus") / "results", ARTICLES)
    assert main(["report", str(out), "--strike", STRIKE]) == 0
    return out


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """Few articles, for axe-core looks at every cell."""
    out = write_corpus(tmp_path_factory.mktemp("small") / "results", 5)
    assert main(["report", str(out), "--strike", STRIKE]) == 0
    return out


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """Two articles whose every text, name and column tries to become markup or script."""
    out = tmp_path_factory.mktemp("hostile") / "results"
    text = f"{HOSTILE} said he, and more.\n\nThe end."
    unit = QuoteUnit(
        ((0, len(HOSTILE)),),
        "direct",
        speaker_name=HOSTILE,
        speaker_role=HOSTILE,
        stance=Stance("union-aligned", (0.4, 0.3, 0.3), HOSTILE, "model:test"),
    )
    columns = {"outlet": HOSTILE, "date": HOSTILE, "phase": HOSTILE, "title": HOSTILE, HOSTILE: HOSTILE}
    ids = [f"{number}{HOSTILE}'\"`$x^2$" for number in (1, 2)]
    articles = [SourceArticle(id, text, columns, path=HOSTILE, extracted=True) for id in ids]
    write_results(out, [Prediction(article, (unit,)) for article in articles])
    assert main(["report", str(out)]) == 0
    return out


@pytest.fixture
def page(browser):
    """A page that may load nothing; what it asked for and what went wrong in it must stay empty."""
    context = browser.new_context(
        viewport={"width": 1200, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.asked, page.wrong = [], []
    page.on("request", lambda r: page.asked.append(r.url) if not r.url.startswith("file:") else None)
    page.on("pageerror", lambda e: page.wrong.append(str(e)))
    page.on("console", lambda m: page.wrong.append(m.text) if m.type in ("error", "warning") else None)
    yield page
    context.close()
    assert page.asked == [] and page.wrong == []


def opened(page, folder: Path, fragment: str = "", name: str = "report.html"):
    page.goto((folder / name).as_uri() + fragment)
    return page


def numbers(locator) -> list[float]:
    return [float(n) for n in re.findall(r"[\d.]+", " ".join(locator.all_inner_texts()))]


def test_the_figures_shown_are_those_of_the_tables(page, corpus):
    rows = [json.loads(line) for line in (corpus / "quotes.jsonl").read_text().splitlines()]
    opened(page, corpus)
    assert page.inner_text("#count-articles") == str(ARTICLES)
    assert page.inner_text("#count-units") == f"{len(rows):,}"
    for number, measure in enumerate(("quotes", "words", "prominence")):
        weights = {
            "quotes": lambda r: 1,
            "words": lambda r: r["words"],
            "prominence": lambda r: r["words"] * (2 - r["position"]),
        }
        of = weights[measure]
        total = sum(map(of, rows))
        for column, name in enumerate(("p_union", "p_district", "p_neutral")):
            share = sum(of(r) * r[name] for r in rows) / total
            cell = page.locator("#voice-table tbody tr").nth(number).locator("td").nth(column)
            assert cell.locator("b").inner_text() == f"{100 * share:.0f}%"
            low, high = numbers(cell.locator(".ci"))
            assert low <= round(100 * share) <= high
    with (corpus / "articles.csv").open(newline="") as file:
        articles = {r["article_id"]: r for r in csv.DictReader(file)}
    outlets: dict[str, int] = {}
    for row in rows:
        outlets[row["outlet"]] = outlets.get(row["outlet"], 0) + 1
    shown = page.locator("#outlets-table tbody tr")
    assert {r.locator("th").inner_text(): int(r.locator("td").nth(1).inner_text()) for r in shown.all()} == outlets
    page.click("#more")
    listed = page.locator("#article-table tbody tr").all()
    assert len(listed) == ARTICLES
    for entry, article in zip(listed[:10], articles.values(), strict=False):
        counts = [int(n) for n in entry.locator("td.n").all_inner_texts()]
        assert counts[0] == int(article["units"])
        labels = [r["stance"] for r in rows if r["article_id"] == article["article_id"]]
        assert counts[1] == labels.count("union-aligned")
        union = [r["p_union"] for r in rows if r["article_id"] == article["article_id"]]
        assert float(article["quotes_union"]) == pytest.approx(sum(union) / len(union), abs=1e-3)


def test_articles_are_sorted_searched_and_opened(page, corpus):
    opened(page, corpus)
    rows = page.locator("#article-table tbody tr:not([hidden])")
    assert rows.count() == 50 and page.inner_text("#more") == "Show 10 more"
    page.click("#article-table th button:has-text('Units')")
    assert page.get_attribute("#article-table th:has(button:text('Units'))", "aria-sort") == "descending"
    units = [int(t) for t in page.locator("#article-table tbody td.n:nth-child(4)").all_inner_texts()]
    assert units == sorted(units, reverse=True)
    page.select_option("#filter", "union side only")
    assert set(
        page.locator("#article-table tbody tr:not([hidden])").evaluate_all("rows => rows.map(r => r.dataset.heard)")
    ) <= {"union side only"}
    page.select_option("#filter", "")
    text = next(iter(sorted((corpus / "texts").iterdir()))).read_text()
    word = max(re.findall(r"[a-z]{6,}", text), key=len)
    page.fill("#search", word)
    expect(rows).not_to_have_count(50)
    assert rows.count() >= 1
    page.fill("#search", "no such words anywhere")
    expect(rows).to_have_count(0)
    assert page.inner_text("#shown") == f"0 of {ARTICLES} articles"


def test_an_article_shows_its_text_with_its_units(page, corpus):
    first = [json.loads(line) for line in (corpus / "quotes.jsonl").read_text().splitlines()]
    units = [r for r in first if r["article_id"] == "a0001"]
    opened(page, corpus, "#article=a0001")
    page.wait_for_selector("#reader[open]")
    text = (corpus / "texts/a0001.txt").read_text()
    assert "".join(page.inner_text("#text").split()).replace("\u00a0", "") == "".join(text.split())
    for number, unit in enumerate(units):
        parts = page.locator(f"#text a.unit[data-unit='{number}']").all_text_contents()
        assert " ".join(" ".join(parts).split()) == " ".join(" ".join(text[s:e] for s, e in unit["spans"]).split())
        item = page.locator(f"#unit-{number}")
        assert unit["stance"] in item.inner_text() and unit["speaker_name"] in item.inner_text()
    tip = page.locator("#tip")
    for reach in ("hover", "focus"):
        getattr(page.locator("#text a.unit").first, reach)()
        tip.wait_for(state="visible")
        said = f"{units[0]['stance']}, {100 * units[0]['confidence']:.0f}% sure. {units[0]['speaker_name']}"
        assert tip.inner_text().startswith(said)
        page.keyboard.press("Escape")
        assert tip.is_hidden() and page.locator("#reader[open]").count() == 1
        page.mouse.move(5, 5)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id").startswith("unit-")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id").startswith("in-text-")
    page.click("#next")
    page.wait_for_url("**#article=a0002")
    page.keyboard.press("Escape")
    page.wait_for_selector("#reader:not([open])", state="attached")


def test_the_methods_can_be_copied(page, corpus):
    opened(page, corpus)
    page.click("#copy")
    expect(page.locator("#copied")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").startswith(
        f"We analysed {ARTICLES} news articles from 6 outlets"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_is_found(browser, small, scheme):
    # axe-core is a script of its own, which the page's policy rightly forbids.
    page = browser.new_page(bypass_csp=True, color_scheme=scheme)
    opened(page, small)
    page.eval_on_selector_all("details", "all => all.forEach(d => { d.open = true })")
    assert accessibility_problems(page) == []
    page.goto("about:blank")
    opened(page, small, "#article=a0001")
    page.wait_for_selector("#reader[open]")
    assert accessibility_problems(page) == []
    page.close()


def test_a_narrow_page_does_not_scroll_sideways(browser, corpus):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    opened(page, corpus)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_without_script_the_tables_are_there(browser, corpus):
    context = browser.new_context(java_script_enabled=False)
    page = opened(context.new_page(), corpus)
    assert page.locator("#article-table tbody tr:visible").count() == ARTICLES
    assert page.locator("noscript").is_visible()
    context.close()


def test_hostile_text_stays_text(page, hostile):
    html = (hostile / "report.html").read_text()
    assert "<img" not in html and html.count("<script>") == 1 and html.count("</script>") == 2
    opened(page, hostile)
    page.click("#article-table tbody a >> nth=0")
    page.wait_for_selector("#reader[open]")
    page.locator("#text a.unit").first.hover()
    assert "<img src=x" in page.inner_text("#text") and "<img src=x" in page.inner_text("#units")
    assert "<img src=x" in page.inner_text("#tip") and "<img src=x" in page.inner_text("#reader-title")
    page.wait_for_timeout(100)
    assert page.title() == "Whose voice the coverage carried"
    assert page.locator("img").count() == 0 and page.locator("script").count() == 2


def test_the_policy_stops_what_would_slip_through(browser, hostile):
    page = browser.new_page()
    opened(page, hostile)
    refused = page.evaluate(
        "() => { try { document.body.innerHTML = '<p>'; return 'allowed' } catch (error) { return error.name } }"
    )
    assert refused == "TypeError"
    page.evaluate(
        "() => { const style = document.createElement('style'); style.textContent = 'main{display:none}';"
        " document.head.append(style) }"
    )
    assert page.locator("main").is_visible()
    page.close()


def test_an_article_on_a_further_page_is_found(page, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("bothsides.report.pack.MOST_ARTICLES", 25)
    out = tmp_path / "strike.html"
    assert main(["report", str(corpus), "-o", str(out)]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["strike-2.html", "strike-3.html", "strike.html"]
    opened(page, tmp_path, name="strike.html")
    page.click("nav.pages a:has-text('51 to 60')")
    page.wait_for_url("**/strike-3.html*")
    page.click("#article-table tbody a >> nth=0")
    page.wait_for_selector("#reader[open]")
    assert "id: a0051" in page.inner_text("#reader-facts")
    monkeypatch.undo()
    assert main(["report", str(corpus), "-o", str(out)]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["strike.html"]


def test_a_thousand_articles_fit_into_one_file_of_five_megabytes(browser, tmp_path):
    out = write_corpus(tmp_path / "results", 1000)
    assert main(["report", str(out)]) == 0
    assert [p.name for p in out.glob("report*.html")] == ["report.html"]
    assert (out / "report.html").stat().st_size < 5_000_000
    page = opened(browser.new_page(), out)
    page.fill("#search", "superintendent")
    expect(page.locator("#shown")).not_to_have_text("1,000 of 1,000 articles")
    page.close()
