"""tantivy: BM25 with the English stemmer, filters as clauses that score nothing."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import tantivy
from tantivy import FieldType, Filter, Occur, Query, TextAnalyzerBuilder, Tokenizer

from peers.engine import AttributeFilter, Engine, Rows, Vectors

_ANALYZER = "english"


class TantivyBm25(Engine):
    """One text field, year and phase beside it, row number as a fast field."""

    def build(self, documents: Sequence[str], attributes: pl.DataFrame, vectors: Vectors) -> None:  # noqa: ARG002
        self.schema = _declare_schema()
        self.analyzer = _build_analyzer()
        index = tantivy.Index(self.schema, path=str(self.folder))
        index.register_tokenizer(_ANALYZER, self.analyzer)
        writer = index.writer(heap_size=256_000_000, num_threads=self.threads)
        columns = attributes["year"], attributes["phase"]
        for row, (text, year, phase) in enumerate(zip(documents, *columns, strict=True)):
            writer.add_document(
                tantivy.Document(row=row, text=text, year=year or 0, phase=phase or "")
            )
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self.searcher = index.searcher()

    def query(self, text: str, vector: Vectors, wanted: AttributeFilter, k: int) -> Rows:  # noqa: ARG002
        clauses = [
            Query.range_query(self.schema, "year", FieldType.Integer, lower_bound=wanted.year_from),
            Query.term_query(self.schema, "phase", wanted.phase),
        ]
        required = [(Occur.Must, Query.const_score_query(clause, 0.0)) for clause in clauses]
        return self._search(Query.boolean_query([(Occur.Must, self._any_term(text)), *required]), k)

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> list[Rows]:  # noqa: ARG002
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(lambda text: self._search(self._any_term(text), k), texts))

    def _any_term(self, text: str) -> Query:
        terms = [
            Query.term_query(self.schema, "text", term, index_option="freq")
            for term in self.analyzer.analyze(text)
        ]
        return Query.boolean_query([(Occur.Should, term) for term in terms])

    def _search(self, query: Query, k: int) -> Rows:
        hits = self.searcher.search(query, limit=k, count=False).hits
        return self.searcher.fast_field_values("row", [address for _, address in hits])


def _declare_schema() -> tantivy.Schema:
    return (
        tantivy.SchemaBuilder()
        .add_integer_field("row", fast=True)
        .add_text_field("text", tokenizer_name=_ANALYZER, index_option="freq")
        .add_integer_field("year", indexed=True, fast=True)
        .add_text_field("phase", tokenizer_name="raw", index_option="basic")
        .build()
    )


def _build_analyzer() -> tantivy.TextAnalyzer:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(40))
        .filter(Filter.lowercase())
        .filter(Filter.stopword("english"))
        .filter(Filter.stemmer("english"))
        .build()
    )
