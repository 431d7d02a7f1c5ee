"""The market's pages, by theme."""
