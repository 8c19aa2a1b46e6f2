"""What passes for a telephone number in every form and workbook."""

import pytest
from django.core.exceptions import ValidationError

from common import phones


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110",
        "12369",
        "13800000000",
        "138 0000 0000",
        "0371-86199999",
        "(0371) 86199999",
        "（0371）86199999",
        "+86 371 86199999",
        "+86-138-0000-0000",
        "0371-86199999转8001",
        "0371-86199999 转 8001",
        "0371-86199999 ext. 8001",
        "86199999 x12",
        "0371-86199999分机12",
    ],
)
def test_numbers_as_offices_write_them_pass(text: str) -> None:
    assert phones.fault(text) is None
    phones.validate(text)


@pytest.mark.parametrize(
    "text",
    [
        "abcdefg",
        "字母abc",
        "12",
        "1" * 21,
        "138-0000-000a",
        "无",
        "+",
        "---",
        "(0371 86199999",
        "86199999)(",
        "13800000000 王建国",
        "转8001",
        "１３８００００００００",
        "138+0000",
        "javascript:alert(110)",
    ],
)
def test_what_is_none_is_told_in_a_sentence(text: str) -> None:
    assert phones.fault(text) is not None
    with pytest.raises(ValidationError):
        phones.validate(text)


def test_a_long_text_is_told_at_once() -> None:
    assert phones.fault("1 " * 50_000 + "x") is not None
