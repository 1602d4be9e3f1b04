#!/bin/sh
# Make .venv in the project root with the engines to compare with. Safe to run again.
set -eu
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
.venv/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
echo "ready: .venv/bin/python benchmarks/peers.py --size 481x321"
