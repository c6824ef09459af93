#!/usr/bin/env bash
# usage: tour.sh ESPALIER SOURCE      trains the tour's run, then executes notebooks/tour.ipynb on it
set -euo pipefail
espalier=$1 source=$2
export PYTHONPATH=$(dirname "$espalier")/../python${PYTHONPATH:+:$PYTHONPATH}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$espalier" run "$source/experiments/tour/digits.toml" --out "$folder/tour" --force
ESPALIER_RUN="$folder/tour/run.h5" /usr/bin/python3 "$source/tests/notebooks/execute.py" "$source/notebooks/tour.ipynb"
