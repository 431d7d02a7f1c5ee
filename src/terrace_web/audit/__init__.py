"""Who did, saw and exported what."""
