"""Adapters that make a model an ``Embedder``, one module each.

They import their library only when used, so that ``terrace`` installs light.
"""
