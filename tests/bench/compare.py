#!/usr/bin/env python3
"""Shows that handfast compare is quiet about noise and finds a slower broker.

  tests/bench/compare.py PROGRAM same     20 comparisons of five interleaved runs a side of one and the same build:
                                          at least 19 must show no difference
  tests/bench/compare.py PROGRAM slower   five interleaved runs a side, the broker of one side held to 60 % of the CPU
                                          time that it used on the other (cpulimit): the comparison must end with 1

Environment: COMPARE_STEP (2) runs between the begins of two comparisons of `same`: 10 gives each its own runs, 200 in all,
2 needs 48. COMPARE_DIR: where runs are kept (default: a temporary folder). Exit 1 when it is not shown.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

RUNS_A_SIDE = 5
COMPARISONS = 20
HELD_TO = 0.6
SCENARIO = os.path.join(os.path.dirname(os.path.realpath(__file__)), "compare.yaml")


def run(program, folder, name, limit_percent=None):
    """One run; answers the path of its result. The broker is held from the moment it is known."""
    out = os.path.join(folder, name)
    os.makedirs(out, exist_ok=True)
    limiter = None
    with subprocess.Popen([program, "run", SCENARIO, "--out", out, "--set", f"pki.home={folder}/pki"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            found = re.search(r"\bpid (\d+)", line)
            if found and limit_percent and limiter is None:
                limiter = subprocess.Popen(["cpulimit", "-p", found.group(1), "-l", str(limit_percent), "-z"],
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if limiter is not None:
        limiter.terminate()
        limiter.wait()
    result = os.path.join(out, "result.json")
    if not os.path.exists(result):
        sys.exit(f"{name} left no result (exit {process.returncode})")
    return result


def broker_percent(results):
    """CPU time of the broker in percent of one core, over the runs."""
    percents = []
    for path in results:
        with open(path, encoding="utf-8") as source:
            result = json.load(source)
        percents.append(100 * result["broker"]["cpu_seconds"] / result["load"]["elapsed_s"])
    return sum(percents) / len(percents)


def told_invalid(results):
    """Runs that say of themselves that they are no evidence: the machine was not quiet. They are compared all the same."""
    count = 0
    for path in results:
        with open(path, encoding="utf-8") as source:
            count += not json.load(source)["valid"]
    print(f"{count} of {len(results)} runs say that they are not valid")


def compare(program, base, new):
    command = [program, "compare", "--base", *base, "--new", *new, "--accept", "invalid"]
    answer = subprocess.run(command + ["--output", "json"], capture_output=True, text=True, check=False)
    if answer.returncode not in (0, 1):
        sys.exit(f"handfast compare: exit {answer.returncode}: {answer.stderr}")
    return answer.returncode, json.loads(answer.stdout)


def same(program, folder):
    step = int(os.environ.get("COMPARE_STEP", "2"))
    wanted = (COMPARISONS - 1) * step + 2 * RUNS_A_SIDE
    results = []
    for number in range(wanted):
        results.append(run(program, folder, f"run-{number:03}"))
        print(f"run {number + 1} of {wanted}", flush=True)
    told_invalid(results)
    quiet = 0
    for number in range(COMPARISONS):
        window = results[number * step:number * step + 2 * RUNS_A_SIDE]
        _, comparison = compare(program, window[0::2], window[1::2])
        shown = [row for row in comparison["metrics"] if row["verdict"] in ("better", "worse")]
        quiet += not shown
        told = ", ".join(f"{row['metric']} {row['verdict']} by {row['change']:+.1%}" for row in shown)
        print(f"comparison {number + 1}: {told or 'no difference shown'}")
    print(f"no difference shown in {quiet} of {COMPARISONS} comparisons, wanted 19 at least")
    return quiet >= COMPARISONS - 1


def slower(program, folder):
    free = [run(program, folder, "warm-up")]
    limit = max(1, round(HELD_TO * broker_percent(free)))
    print(f"the broker used {broker_percent(free):.1f} % of a core; held to {limit} %")
    base, held = [], []
    for number in range(RUNS_A_SIDE):
        base.append(run(program, folder, f"free-{number}"))
        held.append(run(program, folder, f"held-{number}", limit))
        print(f"pair {number + 1} of {RUNS_A_SIDE}", flush=True)
    told_invalid(base + held)
    code, comparison = compare(program, base, held)
    for row in comparison["metrics"]:
        print(f"{row['metric']}: {row['verdict']} ({row['change']:+.3g})")
    print(f"exit code {code}, wanted 1")
    return code == 1


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in ("same", "slower"):
        sys.exit(__doc__)
    program = os.path.realpath(sys.argv[1])
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="handfast-compare-") as temporary:
        os.chmod(temporary, 0o755)  # a broker that drops its privileges reads its certificates there
        folder = os.environ.get("COMPARE_DIR", temporary)
        shown = {"same": same, "slower": slower}[sys.argv[2]](program, folder)
    print(f"{time.monotonic() - begun:.0f} s")
    sys.exit(0 if shown else 1)


if __name__ == "__main__":
    main()
