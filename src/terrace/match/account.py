"""The whole account of one pair: verdicts, gates, and what its score is made of."""

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from terrace.match.contributions import ScoreParts, find_score_parts
from terrace.match.desk import find_achievements, find_needs
from terrace.match.explain import Explanation, explain_pair
from terrace.match.gates import evaluate_gates, load_gates, summarise_gates
from terrace.match.matcher import Matcher
from terrace.match.rank import Ranker
from terrace.match.scoring import EXAMINED
from terrace.match.yardsticks import find_encode, measure_rarity
from terrace.progress import Progress, silent
from terrace.records import Achievement, Need


@dataclass(frozen=True, slots=True)
class Account:
    """All that can be said of a pair.

    ``gates`` has the rows of ``evaluate_gates`` and the gate's ``name_en`` and
    ``name_zh``, ``gate_summary`` the one row of ``summarise_gates``. ``parts`` is
    None where the achievement is not among the need's candidates.
    """

    need: Need
    achievement: Achievement
    explanation: Explanation
    gates: pl.DataFrame
    gate_summary: dict[str, Any]
    parts: ScoreParts | None


def account_for(
    matcher: Matcher,
    need: pl.DataFrame,
    achievement: pl.DataFrame,
    *,
    today: date,
    progress: Progress = silent,
) -> Account:
    """The account of a pair of one row each; ``matcher`` is fitted on all achievements."""
    need_id, achievement_id = str(need["id"][0]), str(achievement["id"][0])
    known_need = find_needs(need, [need_id])[need_id]
    known_achievement = find_achievements(achievement, [achievement_id])[achievement_id]
    pair = pl.DataFrame({"need_id": [need_id], "achievement_id": [achievement_id]})
    gates = evaluate_gates(pair, need, achievement, today=today)
    return Account(
        need=known_need,
        achievement=known_achievement,
        explanation=explain_pair(
            known_need,
            known_achievement,
            idf=measure_rarity(matcher.corpus),
            encode=find_encode(matcher.corpus),
        ),
        gates=_name_gates(gates),
        gate_summary=summarise_gates(gates).row(0, named=True),
        parts=_find_parts(matcher, need, achievement_id, progress),
    )


def describe_account(account: Account) -> dict[str, Any]:
    """The account as plain data for JSON."""
    return {
        "need_id": account.need.id,
        "achievement_id": account.achievement.id,
        "summary_en": account.explanation.summary_en,
        "summary_zh": account.explanation.summary_zh,
        "requirements": [_describe(verdict) for verdict in account.explanation.requirements],
        "gates": account.gates.drop("need_id", "achievement_id").to_dicts(),
        "gates_together": {
            name: value
            for name, value in account.gate_summary.items()
            if name not in ("need_id", "achievement_id")
        },
        "score": _describe(account.parts) if account.parts else None,
    }


def _describe(part: Any) -> Any:
    """A dataclass as plain data; sets become sorted lists."""
    return _plain(dataclasses.asdict(part))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _name_gates(gates: pl.DataFrame) -> pl.DataFrame:
    names = [{"gate": g.id, "name_en": g.name.en, "name_zh": g.name.zh} for g in load_gates()]
    return gates.join(pl.DataFrame(names), on="gate", how="left", maintain_order="left")


def _find_parts(
    matcher: Matcher, need: pl.DataFrame, achievement_id: str, progress: Progress
) -> ScoreParts | None:
    examined = matcher.examine(need, None, EXAMINED, progress)
    record_ids = matcher.corpus.passages()["record_id"].to_list()
    return find_score_parts(examined, record_ids, achievement_id, matcher.ranker or Ranker())
