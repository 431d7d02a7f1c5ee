"""The fields a column can fill, and the names by which columns usually go.

Targets are the fields of a record, the text slots ``title``, ``summary`` and
``body``, each also with a language (``title_zh``), ``language`` for a record's
only language, and ``visibility_teaser`` and its like.
"""

import dataclasses
import functools
import re
from collections.abc import Mapping

from terrace.records import RECORD_TYPES, Kind, Visibility

SLOTS = ("title", "summary", "body")
"""The slots of a text, see records.Text."""

_LANGUAGE = r"[a-z]{2}"
SLOT_IN_LANGUAGE = re.compile(rf"({'|'.join(SLOTS)})_({_LANGUAGE})")
"""A text slot with its language: title_zh."""

_LANGUAGE_SUFFIX = re.compile(rf"(.+)_({_LANGUAGE})")
LANGUAGE_NAMES = {"cn": "zh", "chinese": "zh", "中文": "zh", "english": "en", "英文": "en"}
"""What people write for a language code."""

_LANGUAGE_LABEL = re.compile(rf"(.+)_({'|'.join(LANGUAGE_NAMES)})")
_ALIASES: Mapping[str, str] = {
    "id": "record_id 编号",
    "title": "标题 题目 名称 成果名称 需求名称 项目名称 技术名称",
    "summary": "objective 简介 目标",
    "body": "abstract text description 摘要 正文 内容 描述 成果简介 需求描述",
    "keywords": "keyword tags topics 关键词 关键字",
    "fields": "field discipline technology_area categories category 领域 技术领域 学科",
    "readiness": "trl readiness_level 技术成熟度 成熟度",
    "readiness_min": "trl trl_min readiness_level 技术成熟度 成熟度",
    "owner": "owner_id firm_id",
    "owner_name": "firm organisation organization institute company 单位 所属单位 企业名称",
    "organisation": "organization institute affiliation 单位 机构",
    "name": "company_name firm 姓名 公司名称 企业名称",
    "deadline": "closes close_date closing_date due_date 截止日期",
    "opens": "open_date opening_date 发布日期",
    "budget_min": "min_budget",
    "budget_max": "budget max_budget 预算",
    "price": "asking_price 价格 报价",
    "currency": "币种",
    "published": "publication_date year award_year 发表日期",
    "region": "country 地区",
    "language": "lang 语言",
    "website": "url homepage 网址",
    "employees": "staff 员工人数",
    "founded": "founded_on 成立日期",
    "obligations": "license licence",
    "works": "papers publications products",
}


_TARGETS_BY_ALIAS: dict[str, list[str]] = {}
for _target, _names in _ALIASES.items():
    for _name in _names.split():
        _TARGETS_BY_ALIAS.setdefault(_name, []).append(_target)


@functools.cache
def targets_of(kind: Kind) -> frozenset[str]:
    """Every field a column can be mapped to, those with a language left out."""
    record_fields = (f.name for f in dataclasses.fields(RECORD_TYPES[kind]))
    levels = (f"visibility_{f.name}" for f in dataclasses.fields(Visibility))
    return frozenset((*record_fields, *SLOTS, "language", *levels))


def is_target(name: str, *, kind: Kind) -> bool:
    """Whether a field of this name can be filled."""
    return name in targets_of(kind) or bool(SLOT_IN_LANGUAGE.fullmatch(name))


def find_target(column: str, *, kind: Kind) -> str | None:
    """The field a column of this name usually means, or None."""
    return _target_of_alias(_normalise(column), kind)


def _normalise(column: str) -> str:
    return re.sub(r"[^\w]+", "_", column.strip().lower()).strip("_")


def _target_of_alias(name: str, kind: Kind) -> str | None:
    if name in targets_of(kind):
        return name
    return _fitting_target(name, kind) or _target_with_language(name, kind)


def _fitting_target(name: str, kind: Kind) -> str | None:
    known = targets_of(kind)
    if kind in ("need", "achievement") and name == "name":
        return "title"
    return next((t for t in _TARGETS_BY_ALIAS.get(name, ()) if t in known), None)


def _target_with_language(name: str, kind: Kind) -> str | None:
    match = _LANGUAGE_SUFFIX.fullmatch(name) or _LANGUAGE_LABEL.fullmatch(name)
    base = _target_of_alias(match[1], kind) if match else None
    if match is None or base not in SLOTS:
        return None
    return f"{base}_{LANGUAGE_NAMES.get(match[2], match[2])}"
