"""Lints CloudFormation templates with cfn-lint, one region each, in parallel.

Reads {"templates": [{"region": ..., "template": {...}}], "ignore": [rule ids], "processes": n} from standard input and
writes {"version": ..., "findings": [{"template": index, "rule", "level", "message", "path": [...]}]} to standard output.
"""

import gc
import json
import multiprocessing
import sys

from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.runner import Runner, run_template_by_data
from cfnlint.version import __version__

# Set before the workers are forked.
job = {}
# Loading the rules reads megabytes of schemas, so a worker does it once, as cfn-lint's own command line does.
loaded = []


def lint_one(index):
    # Millions of small objects that live until the end: collecting them again and again costs a fifth of the time.
    gc.disable()
    entry = job["templates"][index]
    config = ConfigMixIn(**ManualArgs(regions=[entry["region"]], ignore_checks=job["ignore"]))
    findings = []
    if not loaded:
        loaded.append(Runner(config).rules)
    for match in run_template_by_data(entry["template"], config, loaded[0]):
        findings.append(
            {
                "template": index,
                "rule": match.rule.id,
                "level": match.rule.severity,
                "message": match.message,
                "path": list(getattr(match, "path", None) or []),
            }
        )
    gc.collect()
    return findings


def main():
    job.update(json.load(sys.stdin))
    size = lambda index: len(job["templates"][index]["template"]["Resources"])
    order = sorted(range(len(job["templates"])), key=size, reverse=True)
    processes = max(1, min(job.get("processes", 1), len(order)))
    if processes == 1:
        results = [lint_one(index) for index in order]
    else:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            results = pool.map(lint_one, order, chunksize=1)
    findings = [finding for result in results for finding in result]
    json.dump({"version": __version__, "findings": findings}, sys.stdout)


if __name__ == "__main__":
    main()
