"""What the search finds and how quickly, in ratios of one run."""
