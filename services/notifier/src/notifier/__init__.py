"""Notices to Telegram groups, each exactly once."""
