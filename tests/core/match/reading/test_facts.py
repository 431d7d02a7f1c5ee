from datetime import date
from typing import Any

import polars as pl
import pytest

from terrace.errors import CriteriaError
from terrace.match.reading import FACT_TYPES, read_facts
from terrace.match.reading.fact_columns import TOPICS, schema_of
from terrace.records import Achievement, Need, Text, to_frame


def need_facts(**fields: object) -> dict[str, object]:
    return read_facts("need", to_frame("need", [Need(id="N", **fields)])).row(0, named=True)


def achievement_facts(**fields: object) -> dict[str, object]:
    frame = to_frame("achievement", [Achievement(id="A", **fields)])
    return read_facts("achievement", frame).row(0, named=True)


def saying(body: str, language: str = "en") -> tuple[Text, ...]:
    return (Text(language=language, title="A pump", body=body),)


def test_it_works() -> None:
    facts = need_facts(
        texts=saying("Applicants must start at TRL 5. Grants of up to £30k per project."),
        deadline=date(2026, 12, 1),
        region="US",
    )
    assert facts["readiness_min"] == 5.0
    assert facts["readiness_certain"] is True
    assert facts["readiness_quote"] == "Applicants must start at TRL 5."
    assert facts["readiness_source"] == "body"
    assert (facts["budget_max"], facts["currency"]) == (30_000.0, "GBP")
    assert facts["deadline"] == date(2026, 12, 1)
    assert facts["languages"] == "en"
    assert facts["country"] == "US"


@pytest.mark.parametrize("kind", ["need", "achievement"])
def test_the_frame_has_its_schema_even_when_empty(kind: Any) -> None:
    facts = read_facts(kind, to_frame(kind, []))
    assert facts.schema == schema_of(kind)
    assert {"id", *FACT_TYPES[kind]} <= set(facts.columns)
    assert {f"{topic}_quote" for topic in TOPICS[kind]} <= set(facts.columns)


def test_of_an_empty_record_nothing_is_known() -> None:
    for facts in (need_facts(), achievement_facts()):
        known = {"languages_stated", "exclusive_only", "places_known", "offers_licence"}
        known |= {"open_source", "restrictive", "shared_rights"}
        for name, value in facts.items():
            if name != "id" and name not in known:
                assert value in (None, "", []), name


def test_structured_fields_win_over_texts() -> None:
    texts = saying("Start at TRL 3. Our budget is up to £9,000. 列入出口管制。")
    facts = need_facts(texts=texts, readiness_min=6, budget_max=5e4, currency="eur")
    assert (facts["readiness_min"], facts["readiness_source"]) == (6.0, "readiness_min")
    assert facts["readiness_quote"] == "6"
    assert (facts["budget_max"], facts["currency"]) == (50_000.0, "EUR")
    assert (facts["budget_quote"], facts["budget_source"]) == ("50,000 eur", "budget_max")
    assert facts["budget_certain"] is True


def test_a_stated_absence_of_control_wins_over_texts() -> None:
    facts = need_facts(texts=saying("It is restricted under ITAR."), export_control="none")
    assert facts["export_regime"] is None


def test_a_phase_of_an_award_is_no_readiness_level() -> None:
    facts = achievement_facts(texts=saying("This Phase II award follows Phase I."))
    assert facts["readiness"] is None


def test_an_award_amount_is_no_price() -> None:
    facts = achievement_facts(texts=saying("The award amounts to up to $149,999 per project."))
    assert facts["price"] is None


def test_a_target_level_is_kept_apart() -> None:
    facts = need_facts(texts=saying("Activities are expected to achieve TRL 6 by the end."))
    assert facts["readiness_min"] is None
    assert facts["readiness_target"] == 6.0
    assert "TRL 6" in str(facts["readiness_quote"])


def test_an_uncertain_reading_says_so() -> None:
    facts = achievement_facts(texts=saying("As a TRL-9 technology, it is sold."))
    assert (facts["readiness"], facts["readiness_certain"]) == (9.0, False)


def test_languages_come_from_the_field_then_from_the_texts() -> None:
    stated = need_facts(texts=saying("x"), languages=("ZH", "en"))
    assert (stated["languages"], stated["languages_stated"]) == ("zh, en", True)
    told = need_facts(texts=saying("x", language="de"))
    assert (told["languages"], told["languages_stated"]) == ("de", False)
    detected = need_facts(texts=saying("一种新型水泵装置", language=""))
    assert detected["language_list"] == ["zh"]


def test_an_unspecific_licence_is_told_from_an_exclusive_one() -> None:
    assert achievement_facts(terms=("license",))["offers_licence"] is True
    assert achievement_facts(terms=("exclusive license",))["offers_licence"] is False
    assert need_facts(terms=("exclusive licence",))["exclusive_only"] is True
    assert need_facts(terms=("exclusive licence", "transfer"))["exclusive_only"] is False


def test_obligations_come_from_the_field_and_the_texts() -> None:
    facts = achievement_facts(
        texts=saying("Bayh-Dole applies."), obligations=("NASA Open Source",), funder="NASA"
    )
    assert facts["obligations"] == "open source, bayh dole"
    assert facts["open_source"] is True
    assert facts["restrictive"] is True
    assert facts["obligations_quote"] == "NASA Open Source"


def test_a_funder_alone_is_quoted_but_binds_to_nothing_known() -> None:
    facts = achievement_facts(funder="DFG")
    assert facts["obligations_known"] is None
    assert facts["obligations_quote"] == "DFG"


def test_the_owner_is_named_before_its_id() -> None:
    assert achievement_facts(owner="O1", owner_name="Lab")["owner"] == "Lab"
    assert achievement_facts(owner="O1")["owner"] == "O1"


def test_an_exclusive_licence_may_be_stated_or_read() -> None:
    stated = achievement_facts(licensed_exclusively=False, texts=saying("Licensed exclusively."))
    assert (stated["licensed_exclusively"], stated["licence_quote"]) == (False, "no")
    read = achievement_facts(texts=saying("It is licensed exclusively to ACME."))
    assert (read["licensed_exclusively"], read["licence_certain"]) == (True, True)


def test_regions_are_stated_or_read() -> None:
    assert need_facts(regions=("UK",))["place_list"] == ["GB"]
    read = need_facts(texts=saying("UK registered businesses can apply."))
    assert (read["regions"], read["region_source"]) == ("GB", "body")
    assert need_facts(regions=("worldwide",))["regions"] is None


def test_a_frame_without_the_columns_is_refused() -> None:
    with pytest.raises(CriteriaError, match=r"needs lacks .*texts.*; build it with records"):
        read_facts("need", pl.DataFrame({"id": ["N"]}))


def test_progress_is_reported_up_to_the_total() -> None:
    seen: list[tuple[int, int]] = []
    frame = to_frame("need", [Need(id=str(n)) for n in range(1500)])
    read_facts("need", frame, progress=lambda _, done, total: seen.append((done, total)))
    assert seen == [(1000, 1500), (1500, 1500)]
