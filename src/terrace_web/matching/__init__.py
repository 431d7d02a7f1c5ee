"""Pairs of needs and achievements, the desk and its decisions."""
