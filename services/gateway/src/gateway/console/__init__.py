"""The admin's pages in the browser. Why they are the gateway's: docs/decisions/0013-the-console-is-the-gateways.md"""
