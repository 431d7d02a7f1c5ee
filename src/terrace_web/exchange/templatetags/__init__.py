"""Template tags that other apps' pages include."""
