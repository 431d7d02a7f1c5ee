"""Terrace's web platform: a Django project over the core."""
