"""A tiny area that registers one of everything: the proof that it needs no central file."""
