"""Pasted texts on their way into a form: what they say in its fields, its questions, its marks."""
