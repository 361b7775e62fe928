"""Files of strangers, read by the child process alone: plain Python, no Django."""
