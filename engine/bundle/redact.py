"""A bundle without the words it was made from: the same presets, previews and pictures, nothing of what was asked.

What the words came to stays, in the engine's own vocabulary: the style, where each axis lies, what was measured.
Names of presets and files are the engine's own as well, unless somebody named the preset; a name is kept.
"""

from types import MappingProxyType
from typing import Final

from engine.bundle.archive import sha256, zip_bytes
from engine.bundle.bundle import INTENT, MANIFEST, PAGE, Bundle, file_entries
from engine.bundle.page import bundle_page
from engine.compiler import dump_spec
from engine.compiler.spec_io import model_from_json
from engine.errors import BundleError, SpecError
from engine.planner.naming import pole
from schemas.intent import Intent
from schemas.manifest import BundledPreset
from schemas.result import WordHeard

ERASED: Final = "(erased)"
"""Stands where a prompt stood."""
_BASE: Final = "base"


def redact_bundle(bundle: Bundle) -> Bundle:
    """The same bundle without its prompt, its tags and every word that was quoted from them.

    Equal bundles give equal bytes, and one that is redacted already comes out as it is. The key stays, which is a
    hash of the request: it says that two bundles were asked for in the same way, not how.

    Raises:
        BundleError: its intent can't be read.
    """
    if is_redacted(bundle):
        return bundle
    manifest = bundle.manifest.model_copy(
        update={
            "request": bundle.manifest.request.model_copy(update={"prompt": ERASED, "tags": ()}),
            "presets": tuple(_preset(preset) for preset in bundle.manifest.presets),
        }
    )
    files = {path: data for path, data in bundle.files.items() if path not in (MANIFEST, INTENT, PAGE)}
    files[INTENT] = dump_spec(redact_intent(_intent(bundle)))
    files[PAGE] = bundle_page(manifest)
    manifest = manifest.model_copy(update={"files": file_entries(files)})
    files[MANIFEST] = dump_spec(manifest)
    data = zip_bytes(files)
    return Bundle(MappingProxyType(dict(sorted(files.items()))), manifest, data, sha256(data))


def is_redacted(bundle: Bundle) -> bool:
    """Whether its words are gone already."""
    return bundle.manifest.request.prompt == ERASED and not bundle.manifest.request.tags


def redact_intent(intent: Intent) -> Intent:
    """What was understood, without the words that gave it: evidence, words without effect, tags and notes go.

    Values stay as they were understood, without the text that they were read from.
    """
    values = tuple(value.model_copy(update={"text": "", "start": 0, "end": 0}) for value in intent.values)
    return intent.model_copy(
        update={"prompt": ERASED, "evidence": (), "unused": (), "tags": (), "notes": (), "values": values},
    )


def words_of(bundle: Bundle) -> tuple[str, ...]:
    """The texts that a redacted bundle must not hold: the prompt and the tags, longest first."""
    asked = bundle.manifest.request
    return tuple(sorted({asked.prompt, *asked.tags}, key=lambda text: (-len(text), text)))


def _intent(bundle: Bundle) -> Intent:
    try:
        return model_from_json(Intent, bundle.files[INTENT], values=False)
    except SpecError as error:
        raise BundleError(f"{INTENT} is not an intent: {error}") from None


def _preset(preset: BundledPreset) -> BundledPreset:
    """A variation's words are its type; the base's, and those of values, are the prompt's own."""
    heard = preset.words if preset.kind != _BASE else tuple(_heard(word) for word in preset.words)
    values = tuple(value.model_copy(update={"words": ""}) for value in preset.values)
    return preset.model_copy(update={"words": heard, "values": values})


def _heard(word: WordHeard) -> WordHeard:
    return word.model_copy(update={"words": (pole(word.axis, word.asked),)})
