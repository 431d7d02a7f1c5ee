"""The command line: one module per group of commands, over the same functions as the library."""
