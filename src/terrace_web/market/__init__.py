"""The records of the zone: what is offered, sought and known."""
