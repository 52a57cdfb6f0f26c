"""From a question as typed to the passages that answer it."""
