"""DTLS 1.2 of `handfast`, on libssl, against its own TLS 1.2, against resumption, and at rest:
    dtls.py PROGRAM handshake|resumed|idle
Called by dtls.sh, which says what is measured."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from handshakes import MANIFEST, free_port
from pairs import SECONDS, median_ratio, run_client, start_server, verdict

ECHO = Path(__file__).resolve().parents[2] / "support/dtls_echo.escript"
SESSIONS = int(os.environ.get("IDLE_SESSIONS", "1000"))
SESSION_KIB = 64
RAMP, REST = 10, 12  # seconds: sessions are opened evenly, and looked at when all have been idle for a while
# With more under way at once a server of one thread answers later than the first retransmission.
IN_FLIGHT = "8"


def free_pair():
    """A UDP port whose successor is free too: coap-server takes that for DTLS."""
    while True:
        with socket.socket(type=socket.SOCK_DGRAM) as first, socket.socket(type=socket.SOCK_DGRAM) as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def wait_until(what, ready):
    deadline = time.monotonic() + 30
    while not ready():
        if time.monotonic() > deadline:
            sys.exit(f"{what} does not listen")
        time.sleep(0.05)


def udp_bound(port):
    rows = Path("/proc/net/udp").read_text().splitlines()[1:]
    return any(row.split()[1].endswith(f":{port:04X}") for row in rows)


def tcp_answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Lab:
    """A PKI, and servers with it; all of them end with this."""

    def __init__(self, program, folder):
        self.program, self.folder, self.servers = program, folder, []
        (folder / "pki.yaml").write_text(MANIFEST)
        subprocess.run([program, "pki", "apply", "pki.yaml"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        self.pki = folder / "pki"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.terminate()
            server.wait()

    def start(self, words, what, ready):
        self.servers.append(start_server(words))
        wait_until(what, ready)

    def coap(self, *options):
        port = free_pair()
        self.start(["coap-server-gnutls", "-A", "127.0.0.1", "-p", str(port), "-v", "3", "-c", str(self.pki / "server-chain.pem"),
                    "-j", str(self.pki / "server.key"), *options], "coap-server-gnutls", lambda: udp_bound(port + 1))
        return f"dtls://127.0.0.1:{port + 1}"

    def erlang(self):
        port = free_pair()
        self.start(["escript", str(ECHO), str(port), str(self.pki / "server-chain.pem"), str(self.pki / "server.key"),
                    str(self.pki / "root.pem"), "100"], "Erlang", lambda: udp_bound(port))
        time.sleep(1)  # its acceptors come after its socket
        return f"dtls://127.0.0.1:{port}"

    def nginx(self):
        port = free_port()
        (self.folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096; return 204;
    ssl_protocols TLSv1.2; ssl_certificate {self.pki}/server-chain.pem; ssl_certificate_key {self.pki}/server.key;
  }}
}}
""")
        self.start(["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)], "nginx", lambda: tcp_answers(port))
        return f"tls://127.0.0.1:{port}"

    def cpu(self, url, *options):
        """CPU seconds of handfast for each handshake."""
        out, cpu = run_client([self.program, "bench", "handshake", url, "--in-flight", IN_FLIGHT, "--for", f"{SECONDS}s",
                               "--workers", "1", "--output", "json", "--out", str(self.folder / "out"), *options], ok=(0, 5))
        fleet = json.loads(out)["load"]["fleets"][0]
        if fleet["failed"]:
            sys.exit(f"{fleet['failed']} handshakes with {url} failed: {fleet['failures']}")
        again = fleet.get("datagrams", {}).get("retransmitted", 0)
        if again > fleet["tls_handshakes"] / 100:
            sys.exit(f"{again} of {fleet['tls_handshakes']} handshakes needed retransmissions")
        return cpu / fleet["tls_handshakes"]


def handshake(lab):
    dtls, tls = lab.coap("-n"), lab.nginx()
    each = ["--trust", str(lab.pki / "root.pem"), "--verify-every-time"]
    ratio = median_ratio("dtls-full", lambda: lab.cpu(dtls, *each), lambda: lab.cpu(tls, *each, "--tls", "1.2"))
    return verdict("dtls-full-of-tls12", ratio, 1.7)


def resumed(lab):
    url = lab.erlang()
    ours = ["--pki", "pki.yaml", "--identity", "devices", "--verify-every-time"]
    few = ["--clients", "16"]  # each has its session after its first handshake
    ratio = median_ratio("dtls-resumed", lambda: lab.cpu(url, *ours, *few, "--resume", "100%"), lambda: lab.cpu(url, *ours, *few))
    return verdict("dtls-resumed-of-full", ratio, 0.6)


def idle(lab):
    url = lab.coap("-C", str(lab.pki / "root.pem"))
    shutil.copytree(lab.pki, lab.folder / "out/pki")  # where a run keeps its PKI
    (lab.folder / "idle.yaml").write_text(f"""handfast: 1
name: idle
pki: {{manifest: pki.yaml}}
target: {{url: "{url}", trust: "{lab.pki}/root.pem"}}
fleets:
  idle:
    clients: {SESSIONS}
    identity: devices
    behaviour: hold
    load: {{stages: [{{rate: {SESSIONS / RAMP:.9f}/s, for: {RAMP}s}}, {{rate: 0/s, for: {REST}s}}]}}
reports: [json]
""")
    begin = int(time.time()) + 4  # by then PKI and engine stand ready
    run = subprocess.Popen([lab.program, "run", "idle.yaml", "--out", "out", "--workers", "1", "--start-at", str(begin)],
                           cwd=lab.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def rss_kib(when):
        time.sleep(max(0.0, when - time.time()))
        status = Path(f"/proc/{run.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1])

    before, after = rss_kib(begin - 0.5), rss_kib(begin + RAMP + REST - 3)
    run.wait()
    fleet = json.loads((lab.folder / "out/result.json").read_text())["load"]["fleets"][0]
    each = (after - before) / SESSIONS
    print(f"idle: RSS {before} to {after} KiB, {each:.1f} KiB for each of {SESSIONS} sessions; {fleet['succeeded']} held to the end,"
          f" {fleet['datagrams']['retransmitted']} with a retransmission", file=sys.stderr)
    return verdict("dtls-idle-memory", each / SESSION_KIB, 1.0) and fleet["succeeded"] == SESSIONS


def main():
    program, name = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.chdir(folder)
        with Lab(program, Path(folder)) as lab:
            held = {"handshake": handshake, "resumed": resumed, "idle": idle}[name](lab)
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
