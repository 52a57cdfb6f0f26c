"""Servers that speak the real protocols and misbehave on demand: docs/decisions/0010-peers.md"""
