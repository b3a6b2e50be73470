from __future__ import annotations

from coded import make_results

from bothsides.coding.draw import Draw, draw_order
from bothsides.coding.tasks import link_columns, make_sample


def sample_of(results, first=0, last=10, by=""):
    strata = results.values(by) if by else {unit.id: "" for unit in results.units}
    draw = Draw(results.digest, 13, by)
    return make_sample(results, draw, draw_order(draw, strata), strata, first, last)


def test_a_task_shows_the_quote_in_its_context(tmp_path):
    results = make_results(tmp_path / "out")
    for task in sample_of(results, last=72).tasks:
        quote = " ... ".join(task.text[start:end] for start, end in task.spans)
        assert quote == task.unit.columns["quote"]
        article = (tmp_path / "out-news" / f"{task.unit.article_id}.txt").read_text()
        assert article[task.start :].startswith(task.text)
        # The quote's paragraph and those beside it, no more.
        assert 2 <= len(task.text.split("\n\n")) <= 3


def test_line_ends_keep_the_positions(tmp_path):
    results = make_results(tmp_path / "out")
    for path in (tmp_path / "out-news").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n\n", b"\r\n"))
    tasks = sample_of(results, last=72).tasks
    assert not any("\r" in task.text for task in tasks)
    assert all(task.text[slice(*task.spans[0])] == task.unit.columns["quote"] for task in tasks)


def test_without_its_text_a_task_is_the_bare_quote(tmp_path):
    results = make_results(tmp_path / "out")
    for path in (tmp_path / "out-news").iterdir():
        path.unlink()
    for task in sample_of(results).tasks:
        assert task.text == task.unit.columns["quote"] and task.start is None and task.spans == ((0, len(task.text)),)


def test_a_later_part_of_the_draw_goes_on(tmp_path):
    results = make_results(tmp_path / "out")
    whole, part = sample_of(results, 0, 30, "outlet"), sample_of(results, 20, 30, "outlet")
    assert whole.tasks[20:] == part.tasks and part.tasks[0].order == 21
    assert sum(1 / task.probability for task in whole.tasks) > 71.9


def test_the_link_leads_back(tmp_path):
    results = make_results(tmp_path / "out")
    sample = sample_of(results, by="outlet")
    link = link_columns(sample.tasks[0], sample.draw)
    assert (link["results"], link["seed"], link["by"], link["order"]) == (results.digest, 13, "outlet", 1)
    assert link["unit_id"] in {unit.id for unit in results.units} and link["stratum"] in ("Post", "Herald")


def test_who_speaks(tmp_path):
    (task, *_) = sample_of(make_results(tmp_path / "out")).tasks
    assert task.who == "speaker unknown"
    task.unit.columns.update(speaker_name="Ann Lee", speaker_role="a parent")
    assert task.who == "Ann Lee (a parent)"
