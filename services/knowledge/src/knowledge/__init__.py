"""The knowledge package."""
