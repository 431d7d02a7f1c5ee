"""Matching: what fits what, in both directions, with the evidence."""
