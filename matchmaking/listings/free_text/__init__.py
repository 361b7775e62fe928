"""A message of a chat group, read into drafts of posts: one line of text is as good as a form.

Plain Python: ``messages.read_message(text, today, vocabulary)`` takes a text and gives drafts
whose fields know their places in it, questions with their readings, the contacts that were
taken out, and what was not understood. Nothing is guessed: right, asked about, or left.
"""
