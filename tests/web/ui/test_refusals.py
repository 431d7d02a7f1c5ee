"""A refusal gives its reason in the reader's language."""

import re

import pytest
from django.utils import translation

from terrace_web.permissions import PERMISSIONS, RECORD_PERMISSIONS
from terrace_web.testing.cast import Cast

CODES = sorted({**PERMISSIONS, **RECORD_PERMISSIONS})


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("newcomer", "/organisations/"),
        ("rival", "/market/review/"),
        ("rival", "/desk/training/"),
        ("officer", "/administration/people/"),
        ("colleague", "/market/import/"),
    ],
)
def test_it_works(cast: Cast, sign_in, who: str, path: str) -> None:
    client = sign_in(getattr(cast, who))

    answer = client.get(path, headers={"accept-language": "zh-hans"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "须为" in page and "ou have to" not in page


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_its_chinese(code: str) -> None:
    predicate = {**PERMISSIONS, **RECORD_PERMISSIONS}[code]

    with translation.override("zh-hans"):
        assert not re.search("[A-Za-z]{3}", str(predicate.reason)), code
    with translation.override("en"):
        assert re.search("[a-z]{3}", str(predicate.reason)), code
