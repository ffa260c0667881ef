"""TLS 1.3 handshakes of `handfast bench handshake` against `openssl s_time -new`, which verifies nothing:
    handshakes.py PROGRAM handshake|mtls|resumed
The server is an nginx stream with a P-256 leaf and intermediate. BENCH_ENGINE=native measures our own client instead,
against s_time and against the libssl engine. Called by paired.sh."""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pairs import SECONDS, median_ratio, run_client, start_server, verdict

ENGINE = os.environ.get("BENCH_ENGINE", "libssl")
STREAM_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"
MANIFEST = """handfast-pki: 1
home: pki
defaults: {key: p256, valid: 1y}
authorities:
  root: {cn: bench root}
  issuing: {issuer: root, cn: bench issuing CA, pathlen: 0}
identities:
  server: {issuer: issuing, profile: server, cn: localhost, names: [localhost, 127.0.0.1]}
  client: {issuer: issuing, profile: client, cn: client}
fleets:
  devices: {issuer: issuing, profile: client, count: 1000, cn: "dev-{i:06}"}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lab:
    """A PKI, and nginx that ends TLS with it."""

    def __init__(self, program, folder, two_way):
        self.program, self.folder, self.port = program, folder, free_port()
        (folder / "pki.yaml").write_text(MANIFEST)
        subprocess.run([program, "pki", "apply", "pki.yaml"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        client = f"ssl_verify_client on; ssl_client_certificate {folder}/pki/root.pem; ssl_verify_depth 3;" if two_way else ""
        (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
load_module {STREAM_MODULE};
events {{ worker_connections 4096; }}
stream {{
  server {{
    listen 127.0.0.1:{self.port} ssl backlog=4096;
    ssl_protocols TLSv1.3; ssl_certificate {folder}/pki/server-chain.pem; ssl_certificate_key {folder}/pki/server.key;
    {client}
    return "";
  }}
}}
""")

    def __enter__(self):
        self.nginx = start_server(["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)])
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        sys.exit(f"nginx does not start: {(self.folder / 'nginx.log').read_text()}")

    def __exit__(self, *_):
        self.nginx.terminate()
        self.nginx.wait()

    def s_time(self, *options):
        """CPU seconds of one new connection of `openssl s_time`."""
        out, cpu = run_client(["openssl", "s_time", "-connect", f"127.0.0.1:{self.port}", "-new",
                               "-time", str(round(SECONDS)), *options])
        return cpu / int(re.search(r"(\d+) connections in [\d.]+ real seconds", out.replace("\n", " ")).group(1))

    def handfast(self, *options, engine=ENGINE):
        """The result of one `handfast bench handshake`, and its CPU seconds."""
        out, cpu = run_client([self.program, "bench", "handshake", f"tls://127.0.0.1:{self.port}", "--in-flight", "16",
                               "--for", f"{SECONDS}s", "--workers", "1", "--tls", "1.3", "--engine", engine, "--output", "json",
                               "--out", str(self.folder / "out"), *options], ok=(0, 5))  # a full core is the point
        return json.loads(out)["load"]["fleets"][0], cpu

    def per_handshake(self, *options, engine=ENGINE):
        fleet, cpu = self.handfast(*options, engine=engine)
        if fleet["failed"]:
            sys.exit(f"{fleet['failed']} handshakes failed: {fleet['failures']}")
        return cpu / fleet["tls_handshakes"]


def native_against_libssl(lab, name, limit, *options):
    ratio = median_ratio(name, lambda: lab.per_handshake(*options), lambda: lab.per_handshake(*options, engine="libssl"))
    return verdict(name, ratio, limit)


def native_handshake(lab):
    trust = ["--trust", str(lab.folder / "pki/root.pem")]
    quick = [*trust, "--key-shares", "batch", "--cipher-suites", "TLS_AES_128_GCM_SHA256"]
    cached = median_ratio("native-handshake", lambda: lab.per_handshake(*trust), lab.s_time)
    batch = median_ratio("native-handshake-batch", lambda: lab.per_handshake(*quick), lab.s_time)
    return [verdict("native-handshake", cached, 0.28), verdict("native-handshake-batch-aes128", batch, 0.22),
            native_against_libssl(lab, "native-handshake-of-libssl", 0.85, *trust)]


def handshake(lab):
    if ENGINE == "native":
        return native_handshake(lab)
    trust = ["--trust", str(lab.folder / "pki/root.pem")]
    every_time = median_ratio("handshake-verify-each", lambda: lab.per_handshake(*trust, "--verify-every-time"), lab.s_time)
    cached = median_ratio("handshake-chain-cache", lambda: lab.per_handshake(*trust), lab.s_time)
    return [verdict("handshake-verify-each", every_time, 0.55), verdict("handshake-chain-cache", cached, 0.38)]


def mtls(lab):
    ours = ["--pki", str(lab.folder / "pki.yaml"), "--identity", "devices", "--clients", "1000"]
    if ENGINE == "native":
        return [native_against_libssl(lab, "native-mtls-of-libssl", 0.85, *ours)]
    theirs = ["-cert", str(lab.folder / "pki/client-chain.pem"), "-key", str(lab.folder / "pki/client.key")]
    ratio = median_ratio("mtls-distinct", lambda: lab.per_handshake(*ours), lambda: lab.s_time(*theirs))
    return [verdict("mtls-distinct", ratio, 0.65)]


def resumed(lab):
    trust = ["--trust", str(lab.folder / "pki/root.pem"), "--clients", "64"]

    def unproved(asked):
        fleet, _ = lab.handfast(*trust, "--resume", f"{asked * 100:g}%")
        rest = fleet["tls_handshakes"] - fleet["seeding"]
        print(f"resumed: {fleet['resumed']} of {rest}, {fleet['seeding']} seeding", file=sys.stderr)
        return abs(asked - fleet["resumed"] / rest)

    proved = [verdict(f"{ENGINE}-resumed-unproved-100", unproved(1.0), 0.01),
              verdict(f"{ENGINE}-resumed-mix-error-70", unproved(0.7), 0.01)]
    if ENGINE == "native":
        return [*proved, native_against_libssl(lab, "native-resumed-of-libssl", 0.70, *trust, "--resume", "100%")]
    ratio = median_ratio("resumed", lambda: lab.per_handshake(*trust, "--resume", "100%"), lab.s_time)
    return [verdict("resumed-cpu", ratio, 0.38), *proved]


def main():
    program, name = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Lab(program, Path(folder), two_way=name == "mtls") as lab:
            held = {"handshake": handshake, "mtls": mtls, "resumed": resumed}[name](lab)
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
