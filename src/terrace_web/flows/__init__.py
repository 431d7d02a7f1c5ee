"""The runs and events of every flow."""
