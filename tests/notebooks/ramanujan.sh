#!/usr/bin/env bash
# usage: ramanujan.sh ESPALIER SOURCE      trains the runs of notebooks/ramanujan.ipynb, then executes it
set -euo pipefail
espalier=$1 source=$2
export PYTHONPATH=$(dirname "$espalier")/../python${PYTHONPATH:+:$PYTHONPATH}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for init in uniform erk biregular ramanujan circulant; do
    "$espalier" run "$source/experiments/ramanujan/digits.toml" --set training.epochs=20 --set sparsity.init=$init --out "$folder/$init" >/dev/null
done
ESPALIER_RUNS="$folder" ESPALIER_PROGRAM="$espalier" \
    /usr/bin/python3 "$source/tests/notebooks/execute.py" "$source/notebooks/ramanujan.ipynb"
