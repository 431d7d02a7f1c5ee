"""How engines are compared: the same inputs, one process each, taking turns."""
