"""A release: the tables as they may be published, with what a stranger needs to trust, cite and load them."""
