"""From a queued upload to passages in the index."""
