"""Deck 1.13.10, as its REST API answers (nextcloud/deck:docs/API.md, and the recordings where they differ)."""
