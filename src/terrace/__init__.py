"""Terrace: carries research out of the lab and companies up the growth ladder."""
