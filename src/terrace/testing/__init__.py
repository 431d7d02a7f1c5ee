"""Builders and small stand-ins for tests of Terrace and of what extends it."""
