"""What comes in and goes out of the market: imports, exports, files, feeds, what is followed."""
