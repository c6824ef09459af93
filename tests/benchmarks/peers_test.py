#!/usr/bin/python3
"""The comparison with the peers on work that takes no time: protocol, turns, errors, memory. No time decides anything.

usage: peers_test.py SOURCE_FOLDER ESPALIER_WORKER
"""
import importlib.util
import pathlib
import sys
import unittest

SOURCE, PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)
sys.path.insert(0, str(SOURCE / "benchmarks" / "peers"))
sys.dont_write_bytecode = True

import cases  # noqa: E402
import compare  # noqa: E402
import memory  # noqa: E402
import workers  # noqa: E402

SHAPE = cases.words(shape="20,32,10", density=0.25, batch=4)
LAYER = cases.words(width=32, density=0.25, batch=4)
MASK = cases.words(shape="32,24", density=0.25)


def needs(module):
    return unittest.skipIf(importlib.util.find_spec(module) is None, f"Debian's python3-{module} is not installed")


def small(peer, kind, size, **more):
    return cases.Case("small", "work", ("mlp_step" if kind == "mlp_step" else "product", *size), peer, (kind, *size), **more)


class OurWorker(unittest.TestCase):
    def test_every_kind_of_work(self):
        for kind, size, weights in (("mlp_step", SHAPE, 160 + 80), ("linear", LAYER, 256), ("product", LAYER, 256), ("nnstd", LAYER, 512),
                                    ("leading_singular_values", MASK, 192), ("components", LAYER, 256),
                                    ("matching", LAYER, 256), ("betweenness", LAYER, 256)):
            with workers.ours(PROGRAM, (kind, *size, "threads=2")) as worker:
                self.assertEqual(worker.weights, weights, kind)
                self.assertGreater(worker.run(3), 0)
                self.assertGreater(worker.peak_bytes(), 100_000)

    def test_what_it_cannot_do_is_an_error_that_says_so(self):
        for request, said in ((("fly",), "matching or betweenness is needed"), (("product",), "width=... is needed"),
                              (("product", "wide=3"), "'wide=3'"), (("product", "width=0"), "no positive number"),
                              (("product", "width=8", "density=2"), "from 0 to 1"), (("mlp_step", "shape=8"), "784,1024,10")):
            with self.assertRaises(workers.WorkerError, msg=request) as caught:
                workers.ours(PROGRAM, request)
            self.assertIn(said, str(caught.exception))


class Turns(unittest.TestCase):
    def compared(self, case):
        result = compare.result_of(case, PROGRAM, workers.blas_core(), rounds=2, seconds=0.002)
        self.assertNotIn("reason", result)
        self.assertEqual(result["rounds"], 2)
        self.assertLessEqual(result["ratio_min"], result["ratio"])
        self.assertLessEqual(result["ratio"], result["ratio_max"])

    def test_ourselves_beside_a_busy_process(self):
        self.compared(small("espalier_worker", "product", LAYER, threads=2, busy=True))

    @needs("scipy")
    def test_scipy(self):
        self.compared(small("scipy_worker.py", "product", LAYER))
        for solver in ("eigsh", "svds"):
            self.compared(cases.Case("small", "work", ("leading_singular_values", *MASK), "scipy_worker.py",
                                     (solver, *MASK)))

    @needs("torch")
    def test_torch(self):
        self.compared(small("torch_worker.py", "mlp_step", SHAPE))
        self.compared(small("torch_worker.py", "linear", LAYER))
        self.compared(small("torch_worker.py", "csr_product", LAYER))

    def questions(self, peer):
        for kind in ("components", "matching", "betweenness"):
            self.compared(cases.Case("small", "work", (kind, *LAYER), peer, (kind, *LAYER)))

    @needs("networkx")
    def test_networkx(self):
        self.questions("networkx_worker.py")

    @needs("igraph")
    def test_igraph(self):
        self.questions("igraph_worker.py")

    def test_a_peer_that_fails_leaves_its_reason(self):
        result = compare.result_of(small("scipy_worker.py", "fly", LAYER), PROGRAM, None, rounds=1, seconds=0.001)
        self.assertIn("is needed" if importlib.util.find_spec("scipy") else "python3-scipy", result["reason"])

    def test_the_median_of_ratios(self):
        summary = workers.Comparison([1.0, 2.0, 1.0], [4.0, 4.0, 3.0]).summary()
        self.assertEqual((summary["ratio"], summary["ratio_min"], summary["ratio_max"]), (3.0, 2.0, 4.0))


class Cases(unittest.TestCase):
    def test_two_threads_need_two_cores(self):
        self.assertTrue(all(case.threads == 1 for case in cases.all_cases(1, "SkylakeX", "SkylakeX")))
        self.assertTrue(any(case.threads == 2 for case in cases.all_cases(2, "SkylakeX", "SkylakeX")))

    def test_the_fallback_is_measured_where_the_default_is_right_by_luck(self):
        def chosen(default):
            return {case.blas for case in cases.all_cases(1, default, "SkylakeX")}
        self.assertEqual(chosen("SkylakeX"), {"right", "default", "Prescott"})
        self.assertEqual(chosen("Prescott"), {"right", "default"})


class Memory(unittest.TestCase):
    def test_a_straight_line(self):
        slope, rest = memory.line_through([(1, 26), (2, 50), (4, 98)])
        self.assertAlmostEqual(slope, 24)
        self.assertAlmostEqual(rest, 2)

    def test_a_network_is_measured(self):
        point = memory.measure(PROGRAM, 64, 0.1)
        self.assertEqual(point["positions"], 64 * (1024 + 64 + 10))
        self.assertAlmostEqual(point["kept"], 0.1 * point["positions"], delta=2)


unittest.main(verbosity=2)
