"""Days in the sentences of the core."""

import pytest
from django.utils import translation

from terrace_web.ui.days import write_days


@pytest.mark.parametrize(
    ("language", "sentence", "written"),
    [
        ("en", "Open until 2027-03-27.", "Open until 27 March 2027."),
        ("zh-hans", "截止日期2027-03-27，尚余121天。", "截止日期2027年3月27日，尚余121天。"),
        ("en", "Nothing to see: 2027-13-45, 12027-01-01, A-2027-01-01-7.", None),
        ("en", "", ""),
    ],
)
def test_days_are_written_as_the_page_writes_them(language, sentence, written) -> None:
    with translation.override(language):
        assert write_days(sentence) == (sentence if written is None else written)
