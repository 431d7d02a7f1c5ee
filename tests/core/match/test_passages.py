from typing import Any

from terrace.match.passages import Query, make_passages, make_queries, make_query
from terrace.records import Achievement, Company, Kind, Need, Record, Text, Work, to_frame


def row_of(kind: Kind, record: Record) -> dict[str, Any]:
    return to_frame(kind, [record]).row(0, named=True)


def need(**text: str) -> Need:
    return Need(id="N", texts=(Text(**text),))


def test_a_query_has_the_title_as_head_and_the_objective_in_the_whole() -> None:
    query = make_query(row_of("need", need(title="Pump", summary="Moves hydrogen", body="Long")))

    assert query == Query("N", "Pump", "Pump. Moves hydrogen", "en")


def test_without_an_objective_the_body_explains() -> None:
    assert make_query(row_of("need", need(title="Pump", body="It hums"))).whole == "Pump. It hums"


def test_a_missing_title_is_normal() -> None:
    query = make_query(row_of("need", need(body="what similarity laws hold")))

    assert (query.head, query.whole) == ("what similarity laws hold",) * 2


def test_a_long_body_is_cut_in_the_query_but_not_in_the_passage() -> None:
    record = need(title="T", body="x" * 10_000)

    assert len(make_query(row_of("need", record)).whole) < 2_000
    assert len(make_passages(row_of("need", record))[0].text) > 10_000


def test_the_language_is_said_or_detected() -> None:
    said = make_query(row_of("need", need(language="zh", title="GaN HEMT")))
    detected = make_query(row_of("need", need(title="氢气泵")))

    assert (said.language, detected.language) == ("zh", "zh")


def test_a_passage_joins_every_text_and_the_keywords() -> None:
    record = Achievement(
        id="A",
        texts=(Text(language="en", title="Pump", body="Moves."), Text(language="zh", title="泵")),
        keywords=("hydrogen", "seal"),
    )

    (passage,) = make_passages(row_of("achievement", record))

    assert passage.record_id == "A"
    assert all(part in passage.text for part in ("Pump", "泵", "Moves.", "hydrogen; seal"))


def test_a_company_has_one_passage_per_work() -> None:
    works = (Work(id="w1", title="Pump", body="Award"), Work(title="密封件"))
    record = Company(id="C", name="C", works=works)

    passages = make_passages(row_of("company", record))

    assert [(p.id, p.record_id, p.language) for p in passages] == [
        ("C#0", "C", "en"),
        ("C#1", "C", "zh"),
    ]


def test_queries_keep_the_order_of_the_frame() -> None:
    frame = to_frame("need", [Need(id=i, texts=(Text(title=i),)) for i in ("b", "a")])

    assert [query.id for query in make_queries(frame)] == ["b", "a"]
