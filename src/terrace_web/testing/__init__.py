"""A fixed cast and builders for tests of the platform and of what extends it."""
