#!/usr/bin/env bash
# usage: topology-evolution.sh ESPALIER SOURCE      trains the runs of notebooks/topology-evolution.ipynb, then executes it
set -euo pipefail
espalier=$1 source=$2
export PYTHONPATH=$(dirname "$espalier")/../python${PYTHONPATH:+:$PYTHONPATH}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for seed in 0 1 2 3; do
    "$espalier" run "$source/experiments/topological-insights/digits.toml" --set training.epochs=20 --set seed=$seed --out "$folder/s$seed" >/dev/null
done
ESPALIER_RUNS="$folder" ESPALIER_PROGRAM="$espalier" \
    /usr/bin/python3 "$source/tests/notebooks/execute.py" "$source/notebooks/topology-evolution.ipynb"
