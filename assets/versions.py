"""Which code makes each asset, as Dagster's code versions. A changed one makes every partition stale."""

from engine import versions


def code_versions() -> dict[str, str]:
    """Code version by asset name, read when asked so that definitions always carry the versions in force."""
    everything = " ".join(f"{part}={number}" for part, number in sorted(versions.all_versions().items()))
    later = ("plans", "patch_specs", "variations", "renders", "bundles", "packs", "deliveries", "exports")
    return {"prompts": f"schema={versions.SCHEMA}"} | dict.fromkeys(later, everything)
