"""The demonstration: the sample zone, a cast of invented people, and serving it all."""
