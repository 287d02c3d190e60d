"""Hashes that address content: equal content, equal hash, in every process and on every machine."""

import hashlib

import orjson


def content_hash(content: object) -> str:
    """SHA-256, in hex, of JSON with its keys in order; for what orjson writes without being told how.

    `content_hash({"b": 1, "a": 2})` is the hash of the text `{"a":2,"b":1}`. Keys of jobs and requests are made
    this way and stored, so that these bytes may never change.
    """
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
