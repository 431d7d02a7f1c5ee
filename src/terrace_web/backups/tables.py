"""The tables a backup holds, as lines of JSON, one object a row."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from django.apps import apps
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

# What every process or installation makes anew for itself.
_LEFT_OUT = {
    "backups",
    "sessions",
    "usersessions",
    "contenttypes",
    "django_tasks_database",
    "sites",
}
_LEFT_OUT_MODELS = {"auth.permission"}
_ROWS_AT_ONCE = 1_000


class _Encoder(DjangoJSONEncoder):
    """Django's own cuts times to milliseconds; a backup keeps them whole."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def stored_models() -> list[type[models.Model]]:
    """The models of which a backup keeps all rows, link tables included."""
    found = apps.get_models(include_auto_created=True)
    return [
        model
        for model in found
        if model._meta.app_label not in _LEFT_OUT
        and model._meta.label_lower not in _LEFT_OUT_MODELS
        and model._meta.managed
        and not model._meta.proxy
    ]


@contextmanager
def one_state() -> Iterator[None]:
    """All tables as they are at the first look, while others go on writing. For reading only."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Not Django's own: that takes the lock for writing at once.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("COMMIT")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def write_rows(model: type[models.Model], file: IO[bytes]) -> int:
    """Write all rows in the order of their keys; how many there were."""
    names = [field.attname for field in model._meta.concrete_fields]
    count = 0
    rows = model._default_manager.order_by("pk").values(*names)
    for row in rows.iterator(chunk_size=_ROWS_AT_ONCE):
        file.write(json.dumps(row, cls=_Encoder, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def empty_tables(chosen: Iterable[type[models.Model]]) -> None:
    """Delete all rows; links between tables are checked at the end of the transaction."""
    for model in chosen:
        rows = model._default_manager.all()
        rows._raw_delete(rows.db)


def let_go_of_lost(chosen: Iterable[type[models.Model]]) -> None:
    """What no backup holds, as sessions, and belongs to a row that is gone, goes with it."""
    stored = set(chosen)
    for model in apps.get_models(include_auto_created=True):
        if model in stored or not model._meta.managed:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model in stored:
                _let_go(model, field)


def _let_go(model: type[models.Model], field: models.ForeignKey[Any, Any]) -> None:
    there = field.related_model._default_manager.values("pk")
    linked = model._default_manager.filter(**{f"{field.name}__isnull": False})
    lost = linked.exclude(**{f"{field.name}__in": there})
    if field.null:
        lost.update(**{field.name: None})
    else:
        lost.delete()


def read_rows(model: type[models.Model], file: IO[bytes]) -> int:
    """Insert the rows of such a file; how many there were."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    count = 0
    for batch in _batches(file):
        made = [model(**{n: _value(fields[n], v) for n, v in row.items()}) for row in batch]
        model._default_manager.bulk_create(made, batch_size=500)
        count += len(made)
    return count


def reset_sequences(chosen: Iterable[type[models.Model]]) -> None:
    """Let numbering go on behind the rows that were inserted with their keys."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(chosen))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _batches(file: IO[bytes]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for line in file:
        batch.append(json.loads(line))
        if len(batch) == _ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return value
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value)
