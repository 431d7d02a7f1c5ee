"""Saying of synthetic companies that they are none."""

import polars as pl

from terrace.cli.console import messages
from terrace.cli.tables import say
from terrace.rules.labels import Label, Language
from terrace.rules.synthetic import count_synthetic

_ALL_SYNTHETIC = Label(
    "note: {synthetic} of {total} companies are synthetic",
    "注意：{total}家企业中{synthetic}家为合成数据",
)
_ONE_SYNTHETIC = Label("note: this company is synthetic", "注意：该企业为合成数据")
_MIXED = Label(
    "note: {synthetic} of {total} companies are synthetic, mixed with others",
    "注意：{total}家企业中{synthetic}家为合成数据，与其他企业混合",
)


def warn_of_synthetic(facts: pl.DataFrame, lang: Language) -> None:
    """Say on stderr how many companies of the facts are synthetic, if any is."""
    synthetic, total = count_synthetic(facts), facts["company"].n_unique()
    if synthetic:
        label = _ALL_SYNTHETIC if synthetic == total else _MIXED
        label = _ONE_SYNTHETIC if total == 1 else label
        line = say(label, lang, synthetic=f"{synthetic:,}", total=f"{total:,}")
        messages.print(line, style="yellow", markup=False, soft_wrap=True)
