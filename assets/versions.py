"""Which code makes each asset, as Dagster's code versions. A changed one makes every partition stale."""

from engine import versions
from service.llm import PROMPT_VERSION


def code_versions() -> dict[str, str]:
    """Code version by asset name, read when asked so that definitions always carry the versions in force."""
    numbers = versions.all_versions() | {"llm_prompt": PROMPT_VERSION}
    everything = " ".join(f"{part}={number}" for part, number in sorted(numbers.items()))
    later = ("plans", "patch_specs", "variations", "renders", "bundles", "packs", "deliveries", "exports")
    maps = f"measures={versions.MEASURES} {everything}"
    return {"prompts": f"schema={versions.SCHEMA}", "response_maps": maps} | dict.fromkeys(later, everything)
