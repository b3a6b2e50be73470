from hypothesis import given
from hypothesis import strategies as st

from bothsides.quotes.row import Row


def spans(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out, at = [], 0
    for gap, length in gaps:
        out.append((at + gap, at + gap + length))
        at = out[-1][1]
    return out


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=8),
    st.tuples(st.integers(0, 40), st.integers(0, 9)),
)
def test_a_row_finds_what_a_search_through_all_finds(gaps, place):
    items = spans(gaps)
    start, end = place[0], place[0] + place[1]
    row = Row(items, lambda s: s)
    assert list(row.touching((start, end))) == [s for s in items if s[0] <= end and start <= s[1]]
    assert row.before(start) == next((s for s in reversed(items) if s[1] <= start), None)
    assert row.after(end) == next((s for s in items if s[0] >= end), None)
