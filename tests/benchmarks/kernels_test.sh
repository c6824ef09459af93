#!/usr/bin/env bash
# usage: kernels_test.sh SOURCE ESPALIER_BENCHMARKS     runs small kernels once, and reads the answer as the report does
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$2" --benchmark_min_time=0.0001 --benchmark_out="$folder/kernels.json" --benchmark_out_format=json \
  '--benchmark_filter=(/256x256/density:0.05/|relu/.*/128/|sum_lanes/128|dropout/128|cross_entropy/10/|_step.*/weights:50000)' \
  >/dev/null 2>&1
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$1/benchmarks/report /usr/bin/python3 - "$folder/kernels.json" <<'EOF'
import json
import sys

import kernel_tables

kernels = json.load(open(sys.argv[1], encoding="utf-8"))
points = kernel_tables.layers(kernels)
missing = [name for name in kernel_tables.PRODUCTS if (name, 256, 0.05, 128, 1) not in points]
if missing:
    sys.exit(f"not measured: {missing}")
print(kernel_tables.sweep(kernels, 128) + kernel_tables.others(kernels))
EOF
