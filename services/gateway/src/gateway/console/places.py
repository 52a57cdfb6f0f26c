"""Where the console's pages are."""

TOP = "/gateway/console"
"""Below it people sign in; the gateway's own routes want a key with each request."""
SIGN_IN = f"{TOP}/sign-in"
STATIC = f"{TOP}/static"
