"""Backups: one file with all records, histories, matches and uploads, and the way back."""
