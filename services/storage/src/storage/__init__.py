"""Nextcloud by WebDAV and Deck."""
