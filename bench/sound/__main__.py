"""The command line of the benchmark."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import orjson

from bench.sound import classifier
from bench.sound.evaluators import EVALUATORS
from bench.sound.llm import DirectEndpoint, DirectLlm
from bench.sound.run import QUICK, Size, run, usable, wrong_answers
from bench.sound.systems import CountingPool, Random, Retrieval, Rules, System
from bench.sound.workshop import Deadline, Workshop

_ROOT = Path(__file__).resolve().parents[2]
_OUT = Path("out", "bench-sound")
_QUICK_MINUTES = 3.0
_TIME_LIMIT_S = 60.0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.sound", description="What words do to sound, measured.")
    parser.add_argument("--self-test", action="store_true", help="only hold the evaluators to their known answers")
    parser.add_argument(
        "--quick", action="store_true", help="a few pairs and prompts, at most 3 minutes; no report"
    )
    parser.add_argument("--report-only", action="store_true", help="write the report of the last run anew")
    parser.add_argument("--minutes", type=float, default=25.0, help="stop after so long; run again to go on")
    parser.add_argument("--prompts", type=int, default=Size.prompts, help="held-out prompts to render")
    parser.add_argument("--human", type=Path, metavar="DIR", help="human-made presets, to train the listener on")
    parser.add_argument("--llm-url", help="an OpenAI-compatible endpoint, such as http://127.0.0.1:8080/v1")
    parser.add_argument("--llm-model", help="the model to ask there; its key is read from LLM_API_KEY")
    parser.add_argument("--out", type=Path, default=_OUT, help="where audio and results are kept")
    parser.add_argument("--report", type=Path, default=Path("docs"), help="where benchmark.md and pictures/ go")
    options = parser.parse_args()
    if bool(options.llm_url) != bool(options.llm_model):
        parser.error("--llm-url and --llm-model belong together")
    if options.human is not None and not options.human.is_dir():
        parser.error(f"--human: {options.human} is no folder")
    return options


def main() -> int:
    """Runs what is asked for. A self-test raises ValueError if an axis has no evaluator that holds."""
    options = _options()
    results = options.out / "results.json"
    if options.self_test:
        return _self_test()
    if not options.report_only:
        found = _benchmark(options)
        if options.quick:
            results = options.out / "results-quick.json"
        results.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))
    found = orjson.loads(results.read_bytes())
    from bench.sound.report import brief, write_report

    if not options.quick:
        write_report(found, options.report)
    print(brief(found))
    print(f"{results}" if options.quick else f"{results}, {options.report / 'benchmark.md'}")
    return 0


def _benchmark(options: argparse.Namespace) -> dict[str, Any]:
    from bench.sound.summary import summary

    size = QUICK if options.quick else Size(prompts=options.prompts)
    deadline = Deadline.in_minutes(min(options.minutes, _QUICK_MINUTES) if options.quick else options.minutes)
    with CountingPool(1, time_limit_s=_TIME_LIMIT_S) as pool:
        systems: list[System] = [Rules(pool), Retrieval(), Random()]
        if options.llm_url:
            key = os.environ.get("LLM_API_KEY", "")
            systems.append(DirectLlm(DirectEndpoint(options.llm_url, options.llm_model, key)))
        found = run(systems, Workshop(pool, options.out, deadline), size, options.human)
        return summary(found, systems)


def _self_test() -> int:
    wrong = wrong_answers()
    for evaluator in EVALUATORS:
        told = "; ".join(wrong[evaluator.name])
        print(f"{evaluator.axis:<11}{evaluator.name:<20}{evaluator.maker:<26}{told or 'holds'}")
    usable(wrong)
    listener = classifier.problems()
    print(f"{'style':<11}{'listener':<20}{'scikit-learn':<26}{'; '.join(listener) or 'holds'}")
    return 1 if listener else 0


if __name__ == "__main__":
    sys.exit(main())
