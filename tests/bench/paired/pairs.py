"""What the paired measurements share: a pinned child with its CPU time, and the median of the ratios of pairs."""
import os
import resource
import statistics
import subprocess
import sys

SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
PAIRS = int(os.environ.get("BENCH_PAIRS", "5"))
SERVER_CORE, CLIENT_CORE = {0}, {1}


def _children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_client(words, ok=(0,)):
    """Runs `words` on the client's core; answers its output and its CPU seconds. Only one child at a time may end."""
    before = _children_cpu()
    done = subprocess.run(words, capture_output=True, text=True, check=False,
                          preexec_fn=lambda: os.sched_setaffinity(0, CLIENT_CORE))
    if done.returncode not in ok:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout, _children_cpu() - before


def start_server(words, **options):
    """Starts `words` on the server's core."""
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            preexec_fn=lambda: os.sched_setaffinity(0, SERVER_CORE), **options)


def median_ratio(name, ours, theirs):
    """Runs both by turns, each answering CPU seconds per operation; prints every pair and answers the median ratio."""
    ratios = []
    for pair in range(1, PAIRS + 1):
        mine, peer = ours(), theirs()
        ratios.append(mine / peer)
        print(f"{name} pair {pair}: {mine * 1e6:.0f} us against {peer * 1e6:.0f} us", file=sys.stderr)
    return statistics.median(ratios)


def verdict(name, ratio, limit):
    """Prints the line of one limit; answers whether it holds."""
    print(f"{name} ratio {ratio:.3f} limit {limit}", flush=True)
    return ratio <= limit
