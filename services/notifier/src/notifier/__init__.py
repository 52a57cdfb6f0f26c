"""The notifier package."""
