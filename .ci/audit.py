"""Ask for known vulnerabilities of what requirements.lock pins: python .ci/audit.py PATH_OF_PIP_AUDIT

Fails where one is known. Where the service cannot be asked, or knows nothing of some packages, it says so and passes:
what it gives is news, and no machine without a way to it should fail for that.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
LONGEST_S = 300


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "audit.json"
        command = [sys.argv[1], "--requirement", LOCK, "--require-hashes", "--disable-pip", "--timeout", "20"]
        command += ["--progress-spinner", "off", "--format", "json", "--output", report]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        except subprocess.TimeoutExpired:
            print(f"SKIPPED: pip-audit's service gave no answer in {LONGEST_S} s")
            return
        # It exits with 1 for what it found and for a service that it cannot ask; only the former writes a report.
        if not report.exists():
            print(f"SKIPPED: pip-audit cannot ask its service: {done.stderr.strip().splitlines()[-1:]}")
            return
        packages = json.loads(report.read_text("utf-8"))["dependencies"]
    unknown = [package for package in packages if "skip_reason" in package]
    found = [(package["name"], each["id"]) for package in packages for each in package.get("vulns", ())]
    if unknown:
        print(f"SKIPPED: {len(unknown)} of {len(packages)} packages, such as: {unknown[0]['skip_reason']}")
    print(f"{len(packages) - len(unknown)} packages asked for, {len(found)} vulnerabilities known: {found}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
