"""Reads: what the API, the page and the admin show. Nothing here changes anything."""
