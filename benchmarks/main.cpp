#include <benchmark/benchmark.h>

#include <espalier/kernels/instruction_set.hpp>

// Every kernel over its sizes. Results of one run are comparable with each other; ESPALIER_ISA chooses lesser kernels.
int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::AddCustomContext("instruction_set", espalier::kernels::to_string(espalier::kernels::instruction_set()));
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
