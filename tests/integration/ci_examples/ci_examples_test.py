#!/usr/bin/env python3
"""Plays the shell lines of the CI examples (docs/ci) as the two services do: ci_examples_test.py HANDFAST

The broker's repository is made here: its `make` yields the installed mosquitto. What fetches and compiles is replaced by
programs of the same name that note how they were called; the one called cmake yields the HANDFAST given.
"""
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "docs/ci"
# Two rows that mosquitto 2.0 fails, and one that it passes: seconds instead of minutes.
FEW = "--id ws-frame-text --id ws-frame-unmasked --id emqx-one-way-tls-round-trip"
KNOWN = ["ws-frame-text", "ws-frame-unmasked"]
HANDFAST = None


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/usr/bin/env bash\nset -e\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


class Workspace:
    """A checkout of a broker's repository, and of handfast, on a machine of a CI service."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.home = pathlib.Path(self.folder.name)
        self.home.chmod(0o755)  # mosquitto gives up its rights and must still reach its files
        self.repository = self.home / "broker"
        self.calls = self.home / "calls"
        (self.repository / "ci").mkdir(parents=True)
        (self.repository / "Makefile").write_text(
            f"all:\n\tmkdir -p build/src\n\tcp {shutil.which('mosquitto', path=os.environ['PATH'] + ':/usr/sbin')} build/src/mosquitto\n"
        )
        shutil.copy(EXAMPLES / "handfast-baseline.yaml", self.repository / "ci")
        note = f'echo "$(basename "$0") $*" >> {self.calls}\n'
        program(self.home / "bin/apt-get", note)
        program(self.home / "bin/cmake", note + f"mkdir -p build/release && ln -sf {HANDFAST} build/release/handfast\n")
        self.environment = {"PATH": f"{self.home}/bin:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.home), "CI": "true"}

    def checkout_handfast(self, where):
        """Only what the examples use of it; the installer asks dpkg, and apt-get (the one above) for what is missing."""
        (where / ".ci").mkdir(parents=True)
        program(where / ".ci/install", f'echo "install $*" >> {self.calls}\n')

    def baseline(self, ids):
        deviations = [{"id": id, "verdict": "fail", "reason": "known"} for id in ids]
        brokers = [{"driver": "mosquitto", "version": "2.0.", "deviations": deviations}]
        text = yaml.safe_dump({"handfast-baseline": 1, "brokers": brokers}, sort_keys=False)
        (self.repository / "ci/handfast-baseline.yaml").write_text(text)

    def shell(self, text, environment):
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text], cwd=self.repository,
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
                              check=False)
        self.output = getattr(self, "output", "") + done.stdout
        return done.returncode


def play_github(workspace, checks):
    """Exit code of the first step that fails, and the folder's state as upload-artifact would find it."""
    (job,) = yaml.safe_load((EXAMPLES / "github-actions.yml").read_text())["jobs"].values()
    environment = {**workspace.environment, **job["env"], "HANDFAST_CHECKS": checks}
    for name in ("GITHUB_PATH", "GITHUB_STEP_SUMMARY"):
        environment[name] = str(workspace.home / name)
        (workspace.home / name).touch()
    assert job["defaults"]["run"]["shell"] == "bash"
    failed, artifacts = 0, []
    for step in job["steps"]:
        if failed and step.get("if") != "always()":
            continue
        if "run" in step:
            code = workspace.shell(step["run"], environment)
            failed = failed or code
            added = (workspace.home / "GITHUB_PATH").read_text().split()
            environment["PATH"] = ":".join(added[::-1] + [workspace.environment["PATH"]])
        elif step["uses"].startswith("actions/checkout@"):
            if "with" in step:
                workspace.checkout_handfast(workspace.repository / step["with"]["path"])
        else:
            assert step["uses"].startswith("actions/upload-artifact@"), step
            artifacts = step["with"]["path"].split()
    return failed, artifacts


def play_gitlab(workspace, checks):
    (job,) = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text()).values()
    origin = workspace.home / "origin"
    workspace.checkout_handfast(origin)
    git = ["git", "-C", str(origin), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all"]):
        subprocess.run(git + words, check=True)
    environment = {**workspace.environment, **job["variables"], "HANDFAST_CHECKS": checks,
                   "HANDFAST_REPOSITORY": f"file://{origin}"}
    # The service joins both lists into one script.
    code = workspace.shell("\n".join(job["before_script"] + job["script"]), environment)
    assert job["artifacts"]["when"] == "always"
    return code, job["artifacts"]["paths"] + [job["artifacts"]["reports"]["junit"]]


class Examples(unittest.TestCase):
    def play(self, service, known):
        workspace = Workspace()
        self.addCleanup(workspace.folder.cleanup)
        workspace.baseline(known)
        code, artifacts = service(workspace, FEW)
        for path in artifacts:
            self.assertTrue((workspace.repository / path).is_file(), f"{path}\n{workspace.output}")
        self.assertGreaterEqual(len(artifacts), 3)
        self.assertIn("mosquitto 2.0", (workspace.repository / "conformance/matrix.md").read_text())
        return workspace, code

    def outcome(self, workspace):
        suites = xml.parse(workspace.repository / "conformance/junit.xml").getroot()
        cases = list(suites.iter("testcase"))
        failures = [c.get("name") for c in cases if c.find("failure") is not None]
        skipped = [c.get("name") for c in cases if c.find("skipped") is not None]
        return cases, failures, skipped

    def test_known_deviations_are_green(self):
        for service in (play_github, play_gitlab):
            with self.subTest(service.__name__):
                workspace, code = self.play(service, KNOWN)
                self.assertEqual(code, 0, workspace.output)
                _, failures, skipped = self.outcome(workspace)
                self.assertEqual(failures, [])
                self.assertEqual(sorted(skipped), KNOWN)
                calls = workspace.calls.read_text().splitlines()
                self.assertIn("install build", calls)
                self.assertIn("cmake --preset release", calls)
                self.assertIn("cmake --build --preset release --target handfast", calls)
                self.assertIn("open files at most", workspace.output)  # the doctor spoke

    def test_a_new_deviation_is_red_and_leaves_its_evidence(self):
        for service in (play_github, play_gitlab):
            with self.subTest(service.__name__):
                workspace, code = self.play(service, KNOWN[:1])
                self.assertEqual(code, 1, workspace.output)
                self.assertEqual(self.outcome(workspace)[1], KNOWN[1:])

    def test_a_stale_entry_is_red(self):
        for service in (play_github, play_gitlab):
            with self.subTest(service.__name__):
                workspace, code = self.play(service, KNOWN + ["emqx-one-way-tls-round-trip"])
                self.assertEqual(code, 1, workspace.output)
                self.assertIn("emqx-one-way-tls-round-trip", workspace.output)

    def test_the_summary_shows_the_matrix_of_a_red_run(self):
        workspace, _ = self.play(play_github, [])
        self.assertIn("ws-frame-text", (workspace.home / "GITHUB_STEP_SUMMARY").read_text())

    def test_a_build_that_fails_is_red_and_checks_nothing(self):
        for service in (play_github, play_gitlab):
            with self.subTest(service.__name__):
                workspace = Workspace()
                self.addCleanup(workspace.folder.cleanup)
                (workspace.repository / "Makefile").write_text("all:\n\tfalse\n")
                code, _ = service(workspace, FEW)
                self.assertNotEqual(code, 0)
                self.assertFalse((workspace.repository / "conformance/junit.xml").exists())

    def test_the_baseline_that_is_shipped_is_the_one_that_is_played(self):
        shipped = yaml.safe_load((EXAMPLES / "handfast-baseline.yaml").read_text())
        (broker,) = shipped["brokers"]
        self.assertEqual([entry["id"] for entry in broker["deviations"]], KNOWN)


if __name__ == "__main__":
    HANDFAST = os.path.abspath(sys.argv.pop(1))
    unittest.main()
