"""Figures: drawn, in their width, without collisions, the same bytes each time."""

import fcntl
import platform
import re

import numpy as np
import pytest
from collisions import collisions
from conftest import DIGITS

import espalier as es

matplotlib = pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two methods, two seeds."""
    folder = tmp_path_factory.mktemp("figures")
    return [
        es.run(DIGITS | {"sparsity.method": method, "seed": seed, "name": method, "sparsity.update_every": "4it"}, out=folder / f"{method}-{seed}").run
        for method in ("set", "rigl")
        for seed in (0, 1)
    ]


@pytest.mark.parametrize("what", list(es.figures.WHAT))
def test_every_kind_is_drawn_in_every_format(runs, what, tmp_path):
    several = runs[:1] if what == "graph" else runs
    figure = es.plot(several, what, tmp_path / "a.pdf", width="text")
    assert figure.get_figwidth() * 25.4 == pytest.approx(140)
    es.plot(several, what, tmp_path / "b.pdf", width="text")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    es.plot(several, what, tmp_path / "a.svg")
    es.plot(several, what, tmp_path / "a.png")
    assert (tmp_path / "a.svg").read_text().startswith("<?xml") and (tmp_path / "a.png").stat().st_size > 5000


def test_accuracy_is_that_of_the_run_and_its_band_students(runs):
    axes = es.plot(runs, "accuracy").axes[0]
    rows = [run.eval.where(split="test")["accuracy"] for run in runs[:2]]
    mean = 100 * np.mean(rows, axis=0)
    assert np.allclose(axes.lines[0].get_ydata(), mean)
    half = 12.706 * 100 * np.std(rows, axis=0, ddof=1) / np.sqrt(2)
    low = axes.collections[0].get_paths()[0].vertices[:, 1].min()
    assert low == pytest.approx((mean - half).min())


def test_survival_is_counted_as_by_hand(runs):
    line = es.plot(runs[0], "survival").axes[0].lines[0]
    first = [layer.to_numpy(bool) for layer in runs[0].snapshots[0]]
    kept = sum(layer.sum() for layer in first)
    shares = [100 * sum((a & b.to_numpy(bool)).sum() for a, b in zip(first, one)) / kept for one in runs[0].snapshots]
    assert np.allclose(line.get_ydata(), shares)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Eight kinds of runs whose names are long and alike, of four layers."""
    folder = tmp_path_factory.mktemp("crowd")
    methods = ("set", "rigl", "mest", "dsr")
    return [
        es.run(
            DIGITS | {"model.hidden": [12] * 3, "training.epochs": 2, "sparsity.method": method, "sparsity.update_every": "4it", "sparsity.density": density,
                      "name": f"a-long-name-of-an-experiment-with-{method}-and-density-{density}-and-cosine-annealing"},
            out=folder / f"{method}-{density}").run
        for density in (0.3, 0.5) for method in methods
    ]


@pytest.mark.parametrize("what", list(es.figures.WHAT))
def test_no_word_lies_upon_another_or_beyond_the_edge(runs, crowd, what):
    crowded = crowd[:1] if what == "graph" else crowd[:7] if what in ("spectrum", "degrees") else crowd
    for several, width in [(crowded, "column"), (crowd[:1], 40), (runs[:1] if what == "graph" else runs, "text")]:
        figure = es.plot(several, what, width=width)
        with es.figures.styled():
            assert collisions(figure) == [], width


def test_every_line_has_its_name_at_its_end(crowd):
    axes = es.plot(crowd, "density").axes[0]
    names = [f"…{method}-and-density-{density}…" for density in (0.3, 0.5) for method in ("set", "rigl", "mest", "dsr")]
    assert [text.get_text() for text in axes.texts] == names
    assert [text.get_color() for text in axes.texts] == [line.get_color() for line in axes.lines]
    with pytest.raises(es.ConfigError, match="8 lines need more height"):
        es.plot(crowd, "density", height=25)
    for what in ("spectrum", "degrees"):
        with pytest.raises(es.ConfigError, match="8 kinds of runs, of which colours alone tell 7 apart"):
            es.plot(crowd, what)


def test_panels_show_their_own_scales(runs, crowd):
    for what, several in [("degrees", runs), ("spectrum", crowd[:3])]:
        figure = es.plot(several, what, width="text")
        figure.canvas.draw()
        panels = [axes for axes in figure.axes if axes.axison]
        for axes in panels:
            for axis in (axes.xaxis, axes.yaxis):
                assert any(label.get_text() and label.get_visible() for label in axis.get_ticklabels())
        assert [axes.get_title(loc="left") for axes in panels] == [layer.name for layer in several[0].snapshots[-1] if layer.density < 1]
        assert [text.get_text() for text in figure.legends[0].get_texts()] == (["set", "rigl"] if several is runs else [run.name for run in several])


def test_degrees_are_counted_with_connections_of_weight_0(tmp_path):
    with es.SnapshotWriter(tmp_path / "grown", name="grown", seed=0) as log:
        weights = np.array([[0.0, 1.0, 0.0], [2.0, 0.0, 0.0]], dtype=np.float32)
        log.snapshot(0, {"fc.weight": weights}, masks={"fc.weight": np.array([[1, 1, 1], [1, 0, 0]], dtype=bool)})
    outputs, inputs = es.plot(tmp_path / "grown", "degrees").axes[0].lines
    assert outputs.get_xydata().tolist() == [[0, 1], [1, 1], [3, 0.5], [3, 0]]
    assert inputs.get_xydata()[:-1].tolist() == [[0, 1], [1, 1], [2, pytest.approx(1 / 3)]]


def test_density_holds_to_the_end_of_a_run_that_changes_nothing(runs, tmp_path):
    static = es.run(DIGITS | {"sparsity.method": "static"}, out=tmp_path / "static").run
    line = es.plot(static, "density").axes[0].lines[0]
    assert line.get_xdata().tolist() == [0, 3] and line.get_ydata()[0] == line.get_ydata()[1]


def test_axes_say_what_they_hold(tmp_path, draw):
    with es.SnapshotWriter(tmp_path / "own", name="own", seed=0) as log:
        for step in (0, 50):
            log.snapshot(step, {"fc.weight": draw((6, 8), seed=step)})
    axes = es.plot(tmp_path / "own", "survival").axes[0]
    assert axes.get_xlabel() == "step" and axes.lines[0].get_xdata().tolist() == [0, 50]
    with es.SnapshotWriter(tmp_path / "held-out", name="held-out", seed=0) as log:
        log.snapshot(0, {"fc.weight": draw((6, 8))})
        for step in (0, 50):
            log.metrics(step=step, epoch=step / 10, split="validation", accuracy=step / 100)
    with pytest.warns(es.Notice, match="no test set"):
        axes = es.plot(tmp_path / "held-out", "accuracy").axes[0]
    assert axes.get_ylabel() == "validation accuracy [%]" and axes.get_xlabel() == "epoch"
    assert axes.lines[0].get_xydata().tolist() == [[0, 0], [5, 50]]


def test_spread_moves_as_little_as_it_must():
    spread = es.figures.labels.spread
    assert spread([1.0, 5.0, 9.0], 1.0) == [1.0, 5.0, 9.0]
    moved = spread([2.0, 2.0, 2.0, 9.0], 1.0)
    assert moved == [1.0, 2.0, 3.0, 9.0]
    assert spread([2.0, 2.0, 2.0, 9.0], 1.0, low=1.5, high=8.0) == [1.5, 2.5, 3.5, 8.0]
    assert spread([0.0, 9.0, 9.0], 4.0, low=0.0, high=9.0) == [0.0, 5.0, 9.0]
    stream = np.random.default_rng(0)
    for _ in range(50):
        places = stream.random(7).tolist()
        found = np.array(spread(places, 0.1))
        assert np.all(np.diff(np.sort(found)) > 0.1 - 1e-9)
        assert np.array_equal(np.argsort(found, kind="stable"), np.argsort(places, kind="stable"))


def test_long_names_lose_what_they_share_first_and_stay_different():
    short = es.figures.labels.short
    assert short(["set", "rigl"], 4) == ["set", "rigl"]
    names = [f"width-300-{method}-density-{density}-cosine" for method in ("set", "rigl") for density in (0.1, 0.12)]
    assert short(names, 22) == ["…set-density-0.1…", "…set-density-0.12…", "…rigl-density-0.1…", "…rigl-density-0.12…"]
    for most in range(7, 22):
        assert len(set(short(names, most))) == 4 and max(map(len, short(names, most))) <= most
    assert short(["x" * 30, "x" * 30 + "y", "x" * 15 + "z" + "x" * 14], 10) == ["xxxxxxxx…1", "xxxxx…xxxy", "xxxxxxxx…3"]
    assert short(["one long name alone"] * 2, 8) == ["one …one"] * 2


def test_what_cannot_be_drawn_is_refused(runs, tmp_path):
    with pytest.raises(es.ConfigError, match="'colour' is not known; known: accuracy"):
        es.plot(runs, "colour")
    with pytest.raises(es.ConfigError, match="must end in"):
        es.plot(runs, "accuracy", tmp_path / "a.gif")
    (tmp_path / "a.png").write_text("mine")
    with pytest.raises(es.ConfigError, match="--force"):
        es.plot(runs, "accuracy", tmp_path / "a.png")
    with pytest.raises(es.ConfigError, match="from 40 to 400"):
        es.plot(runs, "accuracy", width=3)
    with pytest.raises(es.ConfigError, match="draws one run"):
        es.plot(runs, "graph")
    with pytest.raises(es.ConfigError, match="no such file"):
        es.plot("nowhere")
    assert (tmp_path / "a.png").read_text() == "mine"


def test_what_is_left_out_is_said(runs, tmp_path):
    short = es.run(DIGITS | {"name": "set", "sparsity.update_every": "4it", "seed": 5}, out=tmp_path / "short", callback=lambda now: True).run
    with pytest.warns(es.Notice) as told:
        figure = es.plot([*runs, short], "accuracy")
    assert [str(one.message) for one in told] == [
        f"plot: 1 of 5 runs are not finished, {short.path} (interrupted) the first: drawn as far as they are",
        "plot: set: drawn to epoch 1, the last that all of its runs have"]
    assert [text.get_text() for text in figure.axes[0].texts] == ["set", "rigl"]
    assert caption(figure).startswith("band: 95 % confidence of the mean over 3 seeds (rigl: 2)")
    assert caption(es.plot(runs, "accuracy")).startswith("band: 95 % confidence of the mean over 2 seeds")
    with pytest.warns(es.Notice, match="1 of 5 runs are not finished, or have no accuracy, and are left out"):
        assert len(es.plot([*runs, short], "final").axes[0].lines) == 8
    other = es.run(DIGITS | {"model.hidden": [8, 8, 8]}, out=tmp_path / "other").run
    with pytest.raises(es.ConfigError, match="runs of one architecture"):
        es.plot([other, runs[0]], "degrees")


def caption(figure):
    """In one line."""
    words = figure._suptitle.get_text() if figure._suptitle else figure.axes[0].get_title(loc="left")
    return " ".join(words.split())


def logged(folder, name, rows):
    """A run of another program's loop, with evaluations [step, split, accuracy]."""
    with es.SnapshotWriter(folder / name, name=name, seed=0) as log:
        log.snapshot(0, {"fc.weight": np.eye(3, dtype=np.float32)})
        for step, split, accuracy in rows:
            log.metrics(step=step, epoch=step / 10, split=split, accuracy=accuracy)
    return folder / name


def test_whose_accuracy_it_is_is_said_and_two_kinds_are_refused(tmp_path):
    tested = logged(tmp_path, "tested", [(at, split, at / 40) for at in (0, 10, 20) for split in ("validation", "test")])
    held_out = logged(tmp_path, "held-out", [(at, "validation", at / 30) for at in (0, 10, 20)])
    for what, axis in (("accuracy", "get_ylabel"), ("final", "get_xlabel")):
        with pytest.warns(es.Notice, match="no test set: validation accuracy is drawn"):
            assert getattr(es.plot(held_out, what).axes[0], axis)() == "validation accuracy [%]"
        assert getattr(es.plot(tested, what).axes[0], axis)() == "test accuracy [%]"
        with pytest.raises(es.ConfigError, match=f"--what {what}: 1 of 2 runs have no test set, {held_out}/run.h5 the first; .* --split validation"):
            es.plot([tested, held_out], what)
        both = es.plot([tested, held_out], what, split="validation").axes[0]
        assert getattr(both, axis)() == "validation accuracy [%]"
        with pytest.raises(es.ConfigError, match="--split tets is none of test, validation"):
            es.plot(tested, what, split="tets")
    with pytest.raises(es.ConfigError, match="--split is for --what accuracy and final, not for density"):
        es.plot(tested, "density", split="test")


def test_the_axis_begins_where_lines_part_and_says_so(tmp_path):
    steps = [0, 20, 60, 100, 200]
    late = logged(tmp_path, "late", [(at, "test", a) for at, a in zip(steps, (0.1, 0.83, 0.9, 0.91, 0.92))])
    flat = logged(tmp_path, "flat", [(at, "test", 0.5 + at / 10000) for at in steps])
    figure = es.plot(late)
    assert figure.axes[0].get_ylim() == (80, 92) and caption(figure) == "the axis begins at 80.0 %, earlier points lie below"
    assert figure.axes[0].get_yticks().tolist() == [80, 82, 84, 86, 88, 90, 92]
    assert figure.axes[0].get_xticks().tolist() == [round(at) for at in figure.axes[0].get_xticks()]
    assert caption(es.plot(flat)) == ""
    figure = es.plot(late, start=85)
    assert figure.axes[0].get_ylim()[0] == 85 and caption(figure) == "the axis begins at 85 %, what lies below is not shown"
    figure = es.plot(late, start=0)
    assert figure.axes[0].get_ylim()[0] == 0 and caption(figure) == ""
    with pytest.raises(es.ConfigError, match="--from 60: all of flat lies below, its highest is 52.0 %"):
        es.plot([late, flat], start=60)
    with pytest.raises(es.ConfigError, match="--from 100 must be"):
        es.plot(late, start=100)
    with pytest.raises(es.ConfigError, match="--from is for --what accuracy and final"):
        es.plot(late, "nnstd", start=10)


def test_final_shows_every_seed_and_the_interval_of_their_mean(runs):
    axes = es.plot(runs, "final").axes[0]
    ends = [100 * run.eval.where(split="test")["accuracy"][-1] for run in runs]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["set", "rigl"]
    means, dots = axes.lines[0::4], axes.lines[3::4]  # two caps of a bar between them
    assert [line.get_xdata()[0] for line in means] == pytest.approx([np.mean(ends[:2]), np.mean(ends[2:])])
    assert sorted(np.concatenate([line.get_xdata() for line in dots])) == pytest.approx(sorted(ends))
    half = 12.706 * np.std(ends[:2], ddof=1) / np.sqrt(2)
    assert axes.containers[0][2][0].get_segments()[0][:, 0] == pytest.approx([np.mean(ends[:2]) - half, np.mean(ends[:2]) + half])
    assert caption(axes.figure) == "end of training: mean and its 95 % interval over 2 seeds, small dots are seeds"
    values, below = es.figures.final._dots(np.array([2.0, 1.0, 2.0]))
    assert values.tolist() == [1, 2, 2] and below[1] < below[2]


def test_the_command_draws_the_same(runs, tmp_path):
    import subprocess
    import sys

    def plot(*words, run=runs[0].path):
        return subprocess.run([sys.executable, "-m", "espalier", "plot", str(run), *words], capture_output=True, text=True, check=False)

    held_out = logged(tmp_path, "held-out", [(at, "validation", at / 30) for at in (0, 10, 20)])
    told = plot("--what", "accuracy", "--from", "10", "--out", str(tmp_path / "v.png"), run=held_out)
    assert (told.returncode, told.stderr) == (0, "espalier: plot: no test set: validation accuracy is drawn\n")

    es.plot(runs[0], "density", tmp_path / "a.pdf", width="text")
    assert plot("--what", "density", "--width", "text", "--out", str(tmp_path / "b.pdf")).returncode == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    for words in (["--what", "x", "--out", "c.pdf"], ["--height", "x", "--out", "c.pdf"], ["--out", "c.gif"], ["--out", str(tmp_path / "b.pdf")]):
        refused = plot(*words)
        assert refused.returncode == 2 and refused.stderr.startswith("espalier: ") and refused.stderr.count("\n") == 1


def test_groups_are_called_by_what_differs(runs):
    from espalier.figures.groups import grouped

    assert [group.name for group in grouped(runs)] == ["set", "rigl"]
    swept = [es.run(DIGITS | {"training.epochs": 1, "sparsity.update_every": "4it", "name": "sweep", "sparsity.method": m, "sparsity.density": d, "seed": seed}, out=f"{m}{d}{seed}").run
             for m in ("static", "rigl", "set") for d in (0.1, 0.05) for seed in (0, 1)]
    of_one_density = [run for run in swept if run.config["sparsity"]["density"] == 0.1]
    assert [group.name for group in grouped(of_one_density)] == ["static", "rigl", "set"]
    assert [group.name for group in grouped(reversed(swept))] == [f"{m}, density {d}" for m in ("set", "rigl", "static") for d in ("0.05", "0.1")]
    assert [group.name for group in grouped(swept[:2])] == ["sweep"]
    mixed = grouped([*of_one_density, runs[0]])
    assert [group.name for group in mixed] == ["sweep, static", "sweep, rigl", "sweep, set", "set"]
    one = [es.run(DIGITS | {"sparsity.density": d}, out=f"d{d}").run for d in (0.1, 0.3)]
    assert all(re.fullmatch(r"density 0\.[13]", group.name) for group in grouped(one))


def test_what_a_killed_process_left_beside_a_figure_goes_and_nothing_else(tmp_path):
    front = f".a.pdf.part-{platform.node()}-"
    for name in (front + "1", ".a.pdf.part-elsewhere-1", ".b.pdf.part-1", front + "2"):
        (tmp_path / name).write_text("half")
    (tmp_path / "a.pdf").write_text("old")
    with (tmp_path / (front + "2")).open() as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        es.figures.save(es.figures.blank(2, 1)[0], tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert {path.name for path in tmp_path.iterdir()} == {"a.pdf", ".a.pdf.part-elsewhere-1", ".b.pdf.part-1", front + "2"}
    with pytest.raises(RuntimeError, match="no"):
        es.figures.save(Refusing(), tmp_path / "a.pdf")
    assert len(list(tmp_path.iterdir())) == 3 and (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


class Refusing:
    def savefig(self, file, **_):
        file.write(b"half")
        raise RuntimeError("no")
