"""The search indexes of the market, one per kind of record."""
