"""`python -m tools.mutation [TARGET...]`: which small faults no test notices. See docs/mutation.md."""

import argparse
import difflib
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from tools.mutation.plan import ROOT, Fault, Target, equivalents, faults, targets
from tools.mutation.run import Bench, TestRun


@dataclass(frozen=True)
class Judged:
    """A fault, what its line was and became, and what came of it: noticed, missed or equivalent."""

    fault: Fault
    line: str
    spoilt: str
    status: str
    reason: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs it; 0 if every module reaches the score that was asked for."""
    known = targets()
    options = _options(known).parse_args(arguments)
    chosen = [known[name] for name in options.target or known]
    drawn = [(target, fault) for target in chosen for fault in _drawn(target, options)]
    if options.list:
        for _, fault in drawn:
            print(_words(_judged(fault, "")))
        return 0
    judged = []
    for one in _all_judged(drawn, chosen, options.workers):
        judged.append(one)
        if one.status == "missed":
            print(_words(one), flush=True)  # at once: who reads on need not wait for the end
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(one) for one in judged], indent=1) + "\n")
    print(_table(judged))
    return int(any(score < options.at_least for score in _scores(judged).values()))


def _options(known: Iterable[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument(
        "target", nargs="*", choices=[*known, []], help=f"one of {', '.join(known)}; all by default"
    )
    parser.add_argument("--module", action="append", help="only modules with this in their path")
    parser.add_argument("--line", action="append", help="only faults of lines with this in them")
    parser.add_argument("--sample", type=int, metavar="N", help="at most N faults a module, always the same")
    parser.add_argument("--workers", type=int, default=2, help="processes side by side (2)")
    parser.add_argument("--at-least", type=float, default=0.85, help="exit with 1 if a module's score is less")
    parser.add_argument("--json", metavar="FILE", help="write each fault and what came of it")
    parser.add_argument("--again", metavar="FILE", help="only what a run that wrote FILE by --json has missed")
    parser.add_argument("--list", action="store_true", help="only list the faults")
    return parser


def _drawn(target: Target, options: argparse.Namespace) -> Iterable[Fault]:
    by_module: dict[str, list[Fault]] = {}
    for fault in sorted(faults(target), key=lambda fault: fault.draw):
        by_module.setdefault(fault.module, []).append(fault)
    for module, found in by_module.items():
        if options.module and not any(part in module for part in options.module):
            continue
        if options.line:
            lines = (ROOT / module).read_text().splitlines()
            found = [one for one in found if any(part in lines[one.line - 1] for part in options.line)]
        if options.again:
            missed = _missed_in(Path(options.again))
            found = [one for one in found if (one.module, one.operator, one.occurrence) in missed]
        yield from found[: options.sample]


def _missed_in(written: Path) -> set[tuple[str, str, int]]:
    of = (one["fault"] for one in json.loads(written.read_text()) if one["status"] == "missed")
    return {(fault["module"], fault["operator"], fault["occurrence"]) for fault in of}


_bench: Bench | None = None


def _set_up() -> None:
    global _bench
    _bench = Bench()


def _sound(tests: tuple[str, ...]) -> TestRun:
    assert _bench is not None
    return _bench.sound(tests)


def _spoilt(fault: Fault, tests: tuple[str, ...], limit_s: float) -> TestRun:
    assert _bench is not None
    return _bench.spoilt(fault, tests, limit_s=limit_s)


def _clear(_: int) -> None:
    if _bench is not None:
        _bench.close()


def _all_judged(drawn: list[tuple[Target, Fault]], chosen: list[Target], workers: int) -> Iterable[Judged]:
    known = equivalents()
    with ProcessPoolExecutor(workers, mp_context=get_context("fork"), initializer=_set_up) as pool:
        limits = {}
        for target in chosen:
            alone = pool.submit(_sound, target.tests).result()
            if alone.noticed:
                sys.exit(f"{alone.said}\n{target.name}: its tests fail without any fault")
            limits[target.name] = 10 + 5 * alone.seconds
        waiting: dict[Future[TestRun], Judged] = {}
        for target, fault in drawn:
            one = _judged(fault, "")
            if reason := known.get((fault.module, one.line, one.spoilt)):
                yield Judged(fault, one.line, one.spoilt, "equivalent", reason)
            else:
                waiting[pool.submit(_spoilt, fault, target.tests, limits[target.name])] = one
        for done, future in enumerate(as_completed(waiting), start=1):
            one = waiting[future]
            status = "noticed" if future.result().noticed else "missed"
            if sys.stderr.isatty() or done % 50 == 0:
                print(f"{done} of {len(waiting)}", file=sys.stderr)
            yield Judged(one.fault, one.line, one.spoilt, status)
        list(pool.map(_clear, range(workers)))


def _judged(fault: Fault, status: str) -> Judged:
    source = (ROOT / fault.module).read_text()
    changes = difflib.ndiff(source.splitlines(), fault.spoilt(source).splitlines())
    before, after = [], []
    for change in changes:
        if change.startswith("- "):
            before.append(change[2:].strip())
        elif change.startswith("+ "):
            after.append(change[2:].strip())
    return Judged(fault, " / ".join(before), " / ".join(after), status)


def _words(judged: Judged) -> str:
    where = f"{judged.fault.module}:{judged.fault.line} {judged.fault.definition}".rstrip()
    return f"{where} ({judged.fault.operator.partition('/')[2]})\n    - {judged.line}\n    + {judged.spoilt}"


def _scores(judged: Iterable[Judged]) -> dict[str, float]:
    found: dict[str, list[bool]] = {}
    for one in judged:
        if one.status != "equivalent":
            found.setdefault(one.fault.module, []).append(one.status == "noticed")
    return {module: sum(noticed) / len(noticed) for module, noticed in sorted(found.items())}


def _table(judged: list[Judged]) -> str:
    rows = ["| module | faults | noticed | equivalent | missed | score |", "|---|---|---|---|---|---|"]
    scores = _scores(judged)
    for module in sorted({one.fault.module for one in judged}):
        of = [one.status for one in judged if one.fault.module == module]
        counts = [of.count(status) for status in ("noticed", "equivalent", "missed")]
        score = f"{scores[module]:.0%}" if module in scores else "-"
        rows.append(f"| `{module}` | {len(of)} | {' | '.join(map(str, counts))} | {score} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
