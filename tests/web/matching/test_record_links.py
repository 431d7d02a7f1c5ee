"""A record's page leads to its matches, for those who may see them."""

import pytest

from terrace_web.testing.cast import Cast, make_record

SEEING = ("researcher", "colleague", "manager", "other_manager")
OTHERS = ("rival", "buyer", "officer", "administrator", "newcomer", None)


def read(cast: Cast, sign_in, who: str | None, record) -> str:
    client = sign_in(getattr(cast, who) if who else None)
    return client.get(f"/market/r/{record.code}/").content.decode()


@pytest.mark.parametrize("who", SEEING)
def test_it_works(cast: Cast, sign_in, who: str) -> None:
    record = make_record(cast.lab, manager=cast.manager)

    page = read(cast, sign_in, who, record)

    for address in (f"/desk/{record.code}/", f"/desk/{record.code}/scenarios/"):
        assert f'href="{address}"' in page
        assert sign_in(getattr(cast, who)).get(address).status_code == 200


@pytest.mark.parametrize("who", OTHERS)
def test_it_checks_access(cast: Cast, sign_in, who: str | None) -> None:
    record = make_record(cast.lab, manager=cast.manager)

    assert "/desk/" + record.code not in read(cast, sign_in, who, record)


def test_a_need_has_no_scenarios(cast: Cast, sign_in) -> None:
    need = make_record(cast.company, "need")

    page = read(cast, sign_in, "buyer", need)

    assert f'href="/desk/{need.code}/"' in page and "scenarios" not in page


@pytest.mark.parametrize("kind", ["company", "expert", "equipment", "service"])
def test_other_kinds_are_not_matched(cast: Cast, sign_in, kind: str) -> None:
    record = make_record(cast.lab, kind)

    assert "/desk/" + record.code not in read(cast, sign_in, "researcher", record)


def test_it_speaks_chinese(cast: Cast, sign_in) -> None:
    record = make_record(cast.lab)
    client = sign_in(cast.researcher)

    page = client.get(f"/market/r/{record.code}/", headers={"accept-language": "zh-hans"})

    assert "谁能用上它" in page.content.decode()
