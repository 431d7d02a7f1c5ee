"""The companies that could use an achievement, judged by the companies' own works."""

import polars as pl

from terrace.match.matcher import Matcher
from terrace.progress import Progress, silent

_SCHEMA = pl.Schema({"achievement_id": pl.String, "company_id": pl.String})


def match_companies(
    matcher: Matcher,
    achievements: pl.DataFrame,
    companies: pl.DataFrame,
    *,
    top: int = 10,
    where: pl.Expr | None = None,
    progress: Progress = silent,
) -> pl.DataFrame:
    """The best ``top`` companies for each achievement, its own company left out.

    ``matcher`` is fitted on ``companies`` and asked by achievements. Returns
    achievement_id, company_id, rank (from 1), score and confidence.
    """
    own = find_own_companies(achievements, companies)
    # So many more that enough are left when an achievement's own companies go.
    reach = top + max(own.group_by("achievement_id").len()["len"].to_list(), default=0)
    pairs = matcher.match(achievements, top=reach, where=where, progress=progress)
    others = pairs.join(own, on=["achievement_id", "company_id"], how="anti", maintain_order="left")
    kept = others.group_by("achievement_id", maintain_order=True).head(top)
    ranked = kept.with_columns(rank=pl.int_range(1, pl.len() + 1).over("achievement_id"))
    return ranked.select("achievement_id", "company_id", "rank", "score", "confidence")


def find_own_companies(achievements: pl.DataFrame, companies: pl.DataFrame) -> pl.DataFrame:
    """Pairs achievement_id, company_id where the company owns the achievement.

    It does so by id, by name in any case, or because the achievement is one of its works.
    """
    owners = achievements.select(
        achievement_id="id", owner="owner", name=_fold("owner_name"), work="id"
    )
    keys = companies.select(company_id="id", owner="id", name=_fold("name"))
    works = companies.select("works", company_id="id").explode("works").drop_nulls("works")
    done = works.select("company_id", work=pl.col("works").struct.field("id"))
    found = [_join(owners, keys, "owner"), _join(owners, keys, "name"), _join(owners, done, "work")]
    return pl.concat([_SCHEMA.to_frame(), *found]).unique(maintain_order=True)


def _fold(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase()


def _join(owners: pl.DataFrame, companies: pl.DataFrame, key: str) -> pl.DataFrame:
    said = owners.filter(pl.col(key) != "")
    return said.join(companies, on=key).select("achievement_id", "company_id")
