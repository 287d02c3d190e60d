"""What the store holds of finished partitions: whether it is all there, and what a report says of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from assets.storage import Store
from assets.tables import Row
from engine.bundle.bundle import MANIFEST
from engine.compiler.spec_io import model_from_json
from engine.set_values import shipped_value
from schemas.manifest import BundleManifest, PackManifest

_BLOB_COLUMNS = {"renders": "preview_sha256", "bundles": "zip_sha256"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request or a preset that is not in the pack, and why."""

    prompt: str
    title: str
    preset: str
    """The preset's id; `base` stands for the whole request, and so does an empty one that could not be planned."""
    reason: str


@dataclass(frozen=True, slots=True)
class NotKept:
    """A value that a prompt asks for and its base preset doesn't have, in words."""

    title: str
    value: str
    """What the preset has, such as `width 92 %`."""
    why: str
    """What was asked for instead, and the reason."""


def not_kept(bundle: BundleManifest) -> tuple[NotKept, ...]:
    """The values of a bundle's base preset that are not as asked."""
    told = (shipped_value(value) for value in bundle.presets[0].values)
    return tuple(NotKept(bundle.title, one.text, one.detail) for one in told if one.state != "set")


class Holdings:
    """Reads finished tables of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def complete(self, asset: str, partition: str) -> bool:
        """Whether an asset's table and every file that it names exist. Contents are for the checks."""
        if not self.store.table_path(asset, partition).exists():
            return False
        if asset == "packs":
            name, folder = str(self.pack(partition)["folder_name"]), self.store.pack_folder(partition)
            return (folder / name / "index.html").exists() and (folder / f"{name}.zip").exists()
        column = _BLOB_COLUMNS.get(asset)
        if column is None:
            return True
        blobs = self.store.table(asset, partition, [column])[column].to_pylist()
        return all(self.store.blob_path(sha256).exists() for sha256 in blobs if sha256)

    def pack(self, library: str) -> Row:
        """The one row of a library's pack."""
        row: Row = self.store.table("packs", library).to_pylist()[0]
        return row

    def manifest(self, library: str) -> PackManifest:
        """The manifest of a library's pack."""
        folder = self.store.pack_folder(library) / str(self.pack(library)["folder_name"])
        return model_from_json(PackManifest, (folder / MANIFEST).read_bytes())

    def not_kept(self, library: str) -> tuple[NotKept, ...]:
        """The values that are not as asked in the bundles of a library's pack, in the pack's order."""
        folder = self.store.pack_folder(library) / str(self.pack(library)["folder_name"])
        manifests = (
            model_from_json(BundleManifest, (folder / one.manifest).read_bytes())
            for one in self.manifest(library).bundles
        )
        return tuple(value for manifest in manifests for value in not_kept(manifest))

    def refusals(self, batches: Iterable[str], library: str) -> tuple[Refusal, ...]:
        """What was refused, by title; requests that could not be planned come first."""
        found = [refusal for batch in batches for refusal in self._refusals(batch)]
        found += self._left_out(batches, library)
        return tuple(sorted(found, key=lambda refusal: (refusal.title, refusal.prompt, refusal.preset)))

    def _refusals(self, batch: str) -> Iterable[Refusal]:
        prompts = {
            r["request_sha256"]: r["prompt"] for r in self._rows("prompts", batch, ["request_sha256", "prompt"])
        }
        plans = self._rows("plans", batch, ["request_sha256", "key", "status", "refused_because"])
        for row in plans:
            if row["status"] == "refused":
                yield Refusal(prompts[row["request_sha256"]], "", "", str(row["refused_because"]))
        by_key = {row["key"]: prompts[row["request_sha256"]] for row in plans}
        for row in self._rows("renders", batch, ["key", "title", "preset_id", "status", "refused_because"]):
            if row["status"] == "refused":
                yield Refusal(by_key[row["key"]], row["title"], row["preset_id"], row["refused_because"])

    def _left_out(self, batches: Iterable[str], library: str) -> Iterable[Refusal]:
        """Bundles that sound like one of another batch, so that the pack left them out."""
        made = {row["bundle_key"] for batch in batches for row in self._rows("bundles", batch, ["bundle_key"])}
        for one in self.manifest(library).refused:
            if one.sounds_like and one.bundle_key in made:
                yield Refusal(one.prompt, one.title, one.kind, "; ".join(one.reasons))

    def _rows(self, asset: str, partition: str, columns: list[str]) -> list[Row]:
        rows: list[Row] = self.store.table(asset, partition, columns).to_pylist()
        return rows
