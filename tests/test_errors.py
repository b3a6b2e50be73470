import pytest

from bothsides import errors


@pytest.mark.parametrize("name", ["InputError", "ParamsError", "ModelError", "LeakageError", "FloorError"])
def test_every_error_can_be_caught_as_one_and_prints_as_its_line(name: str) -> None:
    with pytest.raises(errors.BothsidesError) as caught:
        raise getattr(errors, name)("news/a.txt: is empty; remove it")
    assert str(caught.value) == "news/a.txt: is empty; remove it"
