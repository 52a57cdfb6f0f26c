"""What is said of the passages that were found."""
