#!/usr/bin/python3
"""The report's tables and curves, made from small fixed numbers (sample/), against what they must be (expected.md).

usage: report_test.py SOURCE_FOLDER        ESPALIER_UPDATE_DOCS=1 rewrites expected.md
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

SOURCE = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else __file__).resolve()
HERE = SOURCE / "tests" / "benchmarks"
sys.path[:0] = [str(SOURCE / "benchmarks" / "report"), str(SOURCE / "tests" / "python")]
sys.dont_write_bytecode = True

import bounds  # noqa: E402
import crossover_picture  # noqa: E402
import crossover_tables  # noqa: E402
import markdown  # noqa: E402
import report  # noqa: E402
from collisions import collisions  # noqa: E402

RESULTS = report.load(HERE / "sample")


class Page(unittest.TestCase):
    def test_sample_gives_the_expected_page(self):
        page = markdown.replace_part((HERE / "page.md").read_text(encoding="utf-8"), report.page_part(RESULTS))
        expected = HERE / "expected.md"
        if os.environ.get("ESPALIER_UPDATE_DOCS"):
            expected.write_text(page, encoding="utf-8")
        self.assertEqual(page, expected.read_text(encoding="utf-8"))

    def test_what_people_wrote_stays(self):
        once = markdown.replace_part("above\n", "first")
        self.assertTrue(once.startswith("above\n\n" + markdown.BEGIN))
        twice = markdown.replace_part(once + "\nbelow\n", "second")
        self.assertIn("second", twice)
        self.assertNotIn("first", twice)
        self.assertTrue(twice.startswith("above\n") and twice.endswith("\nbelow\n"))
        self.assertEqual(twice, markdown.replace_part(twice, "second"))

    def test_a_lost_end_marker_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "is missing"):
            markdown.replace_part("above\n" + markdown.BEGIN + "\nbelow\n", "part")


class Machine(unittest.TestCase):
    def test_what_the_report_needs_is_known_here(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "machine.json")
            script = SOURCE / "benchmarks" / "report" / "machine.py"
            subprocess.run([sys.executable, script, out, "scripts/benchmark"], check=True)
            here = json.loads(out.read_text(encoding="utf-8"))
        self.assertIn("scripts/benchmark", report.machine_part({**RESULTS, "machine": here}))
        self.assertGreater(here["memory_bytes"], 2**20)


class Numbers(unittest.TestCase):
    def test_three_digits_without_exponents(self):
        values = [0.0312, 1.98, 470, 12345.6, 0.0000123, 0, 99.95]
        self.assertEqual([markdown.significant(v) for v in values],
                         ["0.0312", "1.98", "470", "12300", "0.0000123", "0", "100"])

    def test_sizes(self):
        self.assertEqual([markdown.size(n) for n in (512, 49152, 2**21, 24 * 2**30, 1536)],
                         ["512 B", "48 KiB", "2 MiB", "24 GiB", "1.50 KiB"])


class Bounds(unittest.TestCase):
    """One core of the sample: 200 GFLOP/s; L1 400, L2 200, L3 25, memory 10 GB/s; 48 KiB, 2 MiB, 32 MiB."""

    def test_1024_features_of_128_samples_lie_in_L2(self):
        found = {bound.name: bound.seconds for bound in bounds.bounds(RESULTS["roofline"], 1024, 50_000, 128)}
        self.assertEqual(list(found), ["arithmetic", "L1", "L2", "matrix from L2"])
        self.assertAlmostEqual(found["arithmetic"], 2 * 50_000 * 128 / 200e9)
        self.assertAlmostEqual(found["L1"], 50_000 * (512 + 8) / 400e9)
        self.assertAlmostEqual(found["L2"], 50_000 * 512 / 200e9)
        self.assertAlmostEqual(found["matrix from L2"], 50_000 * 8 / 200e9)

    def test_the_bound_that_a_blocked_kernel_beats_is_none(self):
        found = bounds.bounds(RESULTS["roofline"], 16384, 1_342_177, 128)
        self.assertIn("L3", [bound.name for bound in found])
        from_l3 = 1_342_177 * 512 / 25e9
        self.assertEqual(bounds.applying(found, 1.2 * from_l3).name, "L3")
        self.assertEqual(bounds.applying(found, 0.5 * from_l3).name, "L2")

    def test_a_batch_of_one_needs_one_value_an_edge(self):
        self.assertEqual([bounds.operand_bytes(batch) for batch in (1, 2, 16, 17, 128)], [4, 64, 64, 128, 512])


try:
    import matplotlib
except ImportError:
    matplotlib = None


@unittest.skipIf(matplotlib is None, "Matplotlib is not installed")
class Picture(unittest.TestCase):
    def setUp(self):
        self.figure = crossover_picture.figure(RESULTS["crossover"])

    def test_well_formed_and_the_same_bytes_again(self):
        with tempfile.TemporaryDirectory() as folder:
            once, again = (pathlib.Path(folder, name) for name in ("once.svg", "again.svg"))
            for path in (once, again):
                crossover_picture.write(RESULTS["crossover"], path)
            self.assertEqual(once.read_bytes(), again.read_bytes())
            xml.etree.ElementTree.parse(once)
            self.assertLess(once.stat().st_size, 80_000)

    def test_draws_what_was_measured(self):
        first, *others = self.figure.axes
        self.assertEqual([first.get_title(loc="left"), len(others)], ["256x256, batch 128", 1])
        points = crossover_tables.of_shape(RESULTS["crossover"], (256, 128))
        for line, way in zip(first.lines, crossover_tables.NAMES):
            self.assertEqual(list(line.get_xdata()), [point["density"] for point in points])
            self.assertEqual(list(line.get_ydata()), [1e3 * point["seconds"][way] for point in points])

    def test_says_what_the_milliseconds_are_for_and_no_word_lies_upon_another(self):
        words = " ".join(text.get_text() for text in self.figure.texts)
        self.assertRegex(words, r"forward and backward of one layer,\none batch, 1 thread \[ms\]")
        self.assertEqual(collisions(self.figure), [])
        named = [text.get_text() for text in self.figure.legends[0].get_texts()]
        self.assertEqual(named, list(crossover_tables.NAMES.values()))

    def test_six_panels_have_room_too(self):
        points = [{**point, "batch": batch, "width": width} for point in RESULTS["crossover"]["points"] if point["width"] == 256
                  for batch in (32, 128) for width in (256, 1024, 4096)]
        figure = crossover_picture.figure({**RESULTS["crossover"], "threads": 16, "points": points})
        self.assertEqual([len(figure.axes), collisions(figure)], [6, []])


class Curves(unittest.TestCase):
    def test_curves_cross_between_measured_densities(self):
        points = [{"density": 0.1, "seconds": {"a": 1.0, "b": 2.0}}, {"density": 0.4, "seconds": {"a": 3.0, "b": 2.0}}]
        self.assertAlmostEqual(crossover_tables.crossing(points, "a", "b"), 0.2)
        self.assertEqual(crossover_tables.crossing(points, "b", "a"), 0.1)
        self.assertIsNone(crossover_tables.crossing(points[:1], "a", "b"))


unittest.main(verbosity=1)
