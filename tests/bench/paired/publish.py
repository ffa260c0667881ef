"""Publishing over TLS 1.3 by `handfast run` against `mosquitto_pub -l`, 64 bytes of payload, one connection each:
    publish.py PROGRAM
CPU of the client process for each message, start-up included, on the same mosquitto. Called by paired.sh."""
import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from handshakes import free_port
from pairs import SECONDS, median_ratio, run_client, start_server, verdict

# Messages for each second asked for, so that a run takes about that long; and what must hold.
# With more than 65,535 messages of QoS 1 mosquitto_pub 2.0.11 takes an early acknowledgement for that of its last message,
# whose packet identifier is the same, and leaves without having sent the rest.
MOST_QOS1 = 60_000
CASES = {"publish-qos0": (0, 200_000, 0.25), "publish-qos1": (1, 40_000, 1.0)}
PAYLOAD = "x" * 64
MANIFEST = """handfast-pki: 1
home: pki
defaults: {key: p256, valid: 1y}
authorities:
  root: {cn: bench root}
identities:
  server: {issuer: root, profile: server, cn: localhost, names: [localhost, 127.0.0.1]}
"""


class Lab:
    """mosquitto with one TLS listener."""

    def __init__(self, program, folder):
        self.program, self.folder, self.port = program, folder, free_port()
        (folder / "pki.yaml").write_text(MANIFEST)
        subprocess.run([program, "pki", "apply", "pki.yaml"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (folder / "mosquitto.conf").write_text(f"""
listener {self.port} 127.0.0.1
allow_anonymous true
certfile {folder}/pki/server-chain.pem
keyfile {folder}/pki/server.key
user root
""")

    def __enter__(self):
        self.broker = start_server(["mosquitto", "-c", str(self.folder / "mosquitto.conf")])
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        sys.exit("mosquitto does not listen")

    def __exit__(self, *_):
        self.broker.terminate()
        self.broker.wait()

    def handfast(self, qos, count):
        """CPU seconds for each message of a fleet with one client and no rate."""
        scenario = self.folder / f"publish-{qos}.yaml"
        scenario.write_text(f"""handfast: 1
name: publish
target: {{url: 'tls://127.0.0.1:{self.port}', trust: {self.folder}/pki/root.pem}}
fleets:
  f:
    clients: 1
    behaviour: publish
    messages: {{topic: bench, qos: {qos}, payload: {{size: {len(PAYLOAD)}B}}, count: {count}, for: 120s}}
    load: {{stages: [{{rate: 10/s, for: 100ms}}]}}
thresholds: [f.sent == {count}]
reports: [json]
""")
        out = self.folder / "out"
        _, cpu = run_client([self.program, "run", str(scenario), "--out", str(out)], ok=(0, 5))
        fleet = json.loads((out / "result.json").read_text())["load"]["fleets"][0]["messages"]
        wanted = count if qos else 0
        if fleet["sent"] != count or fleet["acked"] != wanted:
            sys.exit(f"handfast sent {fleet['sent']} and had {fleet['acked']} acknowledged of {count}")
        return cpu / count

    def mosquitto_pub(self, qos, count):
        """Likewise for mosquitto_pub with one line for each message."""
        lines = self.folder / f"lines-{count}"
        if not lines.exists():
            lines.write_text((PAYLOAD + "\n") * count)
        _, cpu = run_client(["sh", "-c", 'exec "$@" < "$0"', str(lines), "mosquitto_pub", "-l", "-q", str(qos), "-V", "5",
                             "-h", "127.0.0.1", "-p", str(self.port), "-t", "bench",
                             "--cafile", str(self.folder / "pki/root.pem")])
        return cpu / count


def main():
    program = sys.argv[1]
    held = True
    with tempfile.TemporaryDirectory() as folder, Lab(program, Path(folder)) as lab:
        for name, (qos, per_second, limit) in CASES.items():
            count = max(1, int(SECONDS * per_second))
            count = min(count, MOST_QOS1) if qos else count
            ratio = median_ratio(name, lambda: lab.handfast(qos, count), lambda: lab.mosquitto_pub(qos, count))
            held = verdict(name, ratio, limit) and held
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
