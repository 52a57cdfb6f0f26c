"""Documents into blocks. All of it runs in a process of its own, as what is read may be hostile."""
