#!/usr/bin/env bash
# usage: comparing-tickets.sh ESPALIER SOURCE      trains the runs of notebooks/comparing-tickets.ipynb, then executes it
set -euo pipefail
espalier=$1 source=$2
export PYTHONPATH=$(dirname "$espalier")/../python${PYTHONPATH:+:$PYTHONPATH}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

config=$source/experiments/aligned-superposition/digits.toml
for seed in 0 1 2; do
    "$espalier" run "$config" --set seed=$seed --out "$folder/independent-$seed" >/dev/null
done
for seed in 10 11 12; do
    "$espalier" run "$config" --set seed=$seed --out "$folder/sibling-$seed" --set training.start=3ep \
        --set sparsity.init="file:$folder/independent-0/run.h5@123" --set sparsity.init_weights=true >/dev/null
done
ESPALIER_RUNS="$folder" ESPALIER_PROGRAM="$espalier" \
    /usr/bin/python3 "$source/tests/notebooks/execute.py" "$source/notebooks/comparing-tickets.ipynb"
