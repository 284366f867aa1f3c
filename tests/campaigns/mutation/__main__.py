"""Mutation testing of transforms/: `python -m tests.campaigns.mutation [--sample 250 | --all] [--module PATH]…`.

Ends with 1 where fewer than 90 % of the mutants are caught, or one survives that is not in survivors.yaml.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.campaigns.mutation import campaign, mutants, trial
from tests.campaigns.mutation.campaign import Result
from tests.campaigns.mutation.mutants import Change


def before(file: Path, chosen: Sequence[Change]) -> list[Result]:
    """The results that an earlier campaign wrote of the mutants chosen, each once, the last one of each."""
    if not file.exists():
        return []
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    known = {line["digest"]: Result(**line) for line in lines}
    return [known[change.digest] for change in chosen if change.digest in known]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a campaign and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=campaign.SAMPLE, help="mutants drawn from all modules")
    parser.add_argument("--all", action="store_true", help="every mutant (about 50,000; days)")
    parser.add_argument("--seed", default=campaign.SEED, help="another seed draws another sample")
    parser.add_argument("--module", action="append", default=[], help="only modules of this path, with * and ?")
    parser.add_argument("--workers", type=int, default=campaign.workers(), help="trials at once")
    parser.add_argument("--results", type=Path, help="a file to which each result is appended as JSON")
    parser.add_argument("--resume", action="store_true", help="leave out what the file of results holds already")
    parser.add_argument(
        "--group", action="append", default=[], help="only modules of this group of tests_of_modules.yaml"
    )
    options = parser.parse_args(arguments)

    started = time.monotonic()
    by_name = options.all or bool(options.module)
    tests, known = campaign.bearing_tests(options.group, by_name=by_name), campaign.known_survivors()
    names = [name for name in tests if not options.module or any(fnmatch.fnmatch(name, one) for one in options.module)]
    changes = campaign.changes_of(names)
    chosen = changes if options.all else mutants.sample(changes, options.sample, options.seed)
    print(f"{len(chosen)} of {len(changes)} mutants in {len(names)} modules", flush=True)
    trial.preload()
    results = before(options.results, chosen) if options.results and options.resume else []
    done = {result.digest for result in results}
    waiting = [change for change in chosen if change.digest not in done]
    try:
        for result in campaign.run(waiting, tests, options.workers, lambda text: print(text, flush=True)):
            results.append(result)
            if options.results:
                with options.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(result)) + "\n")
            if not result.is_caught:
                print(f"  {'listed' if result.key in known else 'SURVIVES'} {result}", flush=True)
    except campaign.CampaignError as error:
        print(error, file=sys.stderr)
        return 1
    found = campaign.verdict(results, known)
    print(found.table())
    print(f"{time.monotonic() - started:.0f} s")
    if found.unexplained:
        print("Each survivor needs a test that notices it, or a reason in tests/campaigns/mutation/survivors.yaml.")
    return 0 if found.passes else 1


if __name__ == "__main__":
    sys.exit(main())
