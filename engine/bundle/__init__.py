"""Bundles and packs: presets with previews, pictures, measurements and a page that plays them.

Equal content gives equal bytes. What comes from a prompt never decides where a file is written or what a page runs.

>>> from engine.bundle import read_zip
>>> from engine.bundle.archive import zip_bytes
>>> from engine.bundle.names import safe_stem
>>> safe_stem("../Café: Nocturne")
'Cafe- Nocturne'
>>> read_zip(zip_bytes({"presets/Nocturne.vital": b"{}"}))
{'presets/Nocturne.vital': b'{}'}
"""

from engine.bundle.archive import read_zip, unpack
from engine.bundle.bundle import Bundle, BundleContent, make_bundle, open_bundle, write_bundle
from engine.bundle.pack import Pack, RefusedRequest, Regenerated, make_pack, write_pack
from engine.bundle.page import bundle_cards
from engine.bundle.redact import redact_bundle
from engine.bundle.store import FolderFiles
from engine.errors import BundleError

__all__ = [
    "Bundle",
    "BundleContent",
    "BundleError",
    "FolderFiles",
    "Pack",
    "RefusedRequest",
    "Regenerated",
    "bundle_cards",
    "make_bundle",
    "make_pack",
    "open_bundle",
    "read_zip",
    "redact_bundle",
    "unpack",
    "write_bundle",
    "write_pack",
]
