"""The passages that can be searched, and where they are kept."""
