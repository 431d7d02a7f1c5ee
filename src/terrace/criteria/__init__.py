"""Criteria: what gates, rulebooks, flows and indicators stand on.

Five results with one truth table (``results``), one expression language over
declared facts (``expressions``), declarations with dates (``dated``).
"""
