"""Technology managers, their capacity and their assignments."""
