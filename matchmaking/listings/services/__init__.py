"""Every write to a post, to a saved search and to the vocabulary."""
