"""The chassis package."""
