"""Topology updates of PyTorch models."""

import copy

import numpy as np
import pytest

import espalier as es

torch = pytest.importorskip("torch")


def model_and_optimizer(seed=0, kind="sgd"):
    torch.manual_seed(seed)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 3, padding=1), torch.nn.BatchNorm2d(6), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(6 * 64, 24),
        torch.nn.ReLU(), torch.nn.Linear(24, 5),
    )
    if kind == "adam":
        return model, torch.optim.AdamW(model.parameters(), lr=0.01)
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)


def scheduled(model, optimizer, method="rigl", **more):
    options = {"density": 0.2, "total_steps": 60, "model": model} | ({} if method == "static" else {"update_every": 10}) | more
    return es.torch.MaskScheduler(optimizer, method=method, **options)


def train(model, optimizer, first, last, each=lambda step: None):
    for step in range(first, last):
        stream = torch.Generator().manual_seed(step)
        inputs = torch.randn(16, 1, 8, 8, generator=stream)
        labels = torch.randint(5, (16,), generator=stream)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()
        each(step + 1)


def weights(model):
    return {name: p for name, p in model.named_parameters() if p.dim() > 1}


@pytest.mark.parametrize("kind", ["sgd", "adam"])
@pytest.mark.parametrize("method", ["set", "rigl", "static", "snfs", "mest", "gmp", "granet"])
def test_absent_weights_are_zero_and_counts_exact(method, kind):
    model, optimizer = model_and_optimizer(kind=kind)
    masks = scheduled(model, optimizer, method)
    changes = []

    def check(step):
        for name, weight in weights(model).items():
            absent = ~masks.masks[name]
            assert not weight.detach()[absent].any()
            for value in optimizer.state[weight].values():
                if isinstance(value, torch.Tensor) and value.shape == weight.shape:
                    assert not value[absent].any()
        changes.append([one[1:] for one in masks.changes])

    train(model, optimizer, 0, 60, check)
    total = sum(p.numel() for p in weights(model).values())
    assert masks.density == pytest.approx(0.2, abs=1 / total)
    assert masks.step == 60 and (masks.exploration_rate > 0.2 if method != "static" else not any(changes))


def test_the_first_masks_are_those_of_a_run():
    model, optimizer = model_and_optimizer()
    masks = scheduled(model, optimizer, seed=3).masks
    shapes = {name: tuple(p.shape) for name, p in weights(model).items()}
    drawn = es.generate("erk", shapes, density=0.2, seed=3)
    for layer, mask in zip(drawn, masks.values()):
        assert np.array_equal(layer.to_numpy(bool).reshape(mask.shape), mask.numpy())
    again = es.initial_masks(shapes, "erk", 0.2, seed=3)
    assert all(np.array_equal(again[name], mask.numpy()) for name, mask in masks.items())


def test_an_update_of_rigl_is_that_of_the_paper():
    model, optimizer = model_and_optimizer()
    masks = scheduled(model, optimizer, drop_fraction=0.3, drop_schedule="constant")
    before = copy.deepcopy(masks.masks)
    train(model, optimizer, 0, 9)
    old = masks.masks
    assert all(torch.equal(old[name], before[name]) for name in old)
    slopes, updated = {}, {}
    real = masks._before  # the dense gradient, and weights behind the optimizer's step

    def look():
        slopes.update({name: p.grad.clone() for name, p in weights(model).items()})
        real()

    masks._before = look
    original = masks._update

    def look_again():
        updated.update({name: p.detach().clone() for name, p in weights(model).items()})
        original()

    masks._update = look_again
    train(model, optimizer, 9, 10)
    for name, now in masks.masks.items():
        kept = old[name].flatten().numpy()
        size = np.abs(updated[name].flatten().numpy())
        count = int(0.3 * kept.sum())
        places = np.flatnonzero(kept)
        dropped = places[np.argsort(size[places], kind="stable")[:count]]
        survivors = kept.copy()
        survivors[dropped] = False
        slope = np.abs(slopes[name].flatten().numpy())
        slope[survivors] = -1
        expected = survivors.copy()
        expected[np.argsort(-slope, kind="stable")[:count]] = True
        assert np.array_equal(expected, now.flatten().numpy()), name
        grown = expected & ~kept
        assert not weights(model)[name].detach().flatten().numpy()[grown].any()


@pytest.mark.parametrize("method", ["rigl", "snfs", "gmp"])
def test_saved_and_loaded_it_goes_on_as_if_never_stopped(method):
    model, optimizer = model_and_optimizer()
    masks = scheduled(model, optimizer, method)
    train(model, optimizer, 0, 25)
    saved = copy.deepcopy((model.state_dict(), optimizer.state_dict(), masks.state_dict()))
    train(model, optimizer, 25, 60)
    other, other_optimizer = model_and_optimizer(seed=9)
    other_masks = scheduled(other, other_optimizer, method)
    for one, state in zip((other, other_optimizer, other_masks), saved):
        one.load_state_dict(state)
    train(other, other_optimizer, 25, 60)
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), other.state_dict().values()))
    assert all(torch.equal(masks.masks[name], other_masks.masks[name]) for name in masks.masks)


def test_masks_given_and_layers_chosen():
    model, optimizer = model_and_optimizer()
    given = {"4.weight": np.eye(24, 384), "6.weight": torch.ones(5, 24)}
    masks = scheduled(model, optimizer, "static", include=["4.*", "6.*"], masks=given, density=None)
    assert list(masks.masks) == ["4.weight", "6.weight"] and masks.density == (24 + 120) / (24 * 384 + 120)
    assert masks.masks["4.weight"].sum() == 24 and weights(model)["0.weight"].detach().all()


def test_what_cannot_be_is_refused():
    model, optimizer = model_and_optimizer()
    with pytest.raises(es.ConfigError, match="not for layers of other programs"):
        scheduled(model, optimizer, "topkast")
    with pytest.raises(es.ConfigError, match=r"^MaskScheduler: drop_fracton is not a key. Did you mean 'drop_fraction'"):
        scheduled(model, optimizer, drop_fracton=0.1)
    with pytest.raises(es.ConfigError, match=r"without effect here: threshold = 0.1 \(for drop_rule threshold\); rigl reads .*drop_fraction"):
        scheduled(model, optimizer, threshold=0.1)
    with pytest.raises(es.ConfigError, match=r"update_every = 10 .*static reads (?!.*update_every).*density"):
        scheduled(model, optimizer, "static", update_every=10)
    masks = {name: torch.rand(weight.shape) < 0.5 for name, weight in weights(model).items()}
    for more, message in [
        ({}, "density = 0.2, and the masks keep 0.[45].* leave one out"),
        ({"density": None, "init": "erk"}, "init = 'erk' says how masks are drawn, and masks are given"),
        ({"density": None, "method": "gmp"}, "density is needed beside masks: gmp prunes them to it"),
        ({"density": None, "masks": None}, "density is needed, or masks"),
    ]:
        with pytest.raises(es.ConfigError, match=message):
            scheduled(model, optimizer, **{"masks": masks} | more)
    with pytest.raises(es.ConfigError, match="no parameter"):
        scheduled(model, optimizer, include="classifier*")
    with pytest.raises(es.ConfigError, match="masks of layers that there are not"):
        scheduled(model, optimizer, masks={"nothing": np.ones((2, 2))})
    state = scheduled(model, optimizer, "set").state_dict()
    with pytest.raises(es.ConfigError, match="the state is of set"):
        scheduled(model, optimizer, "rigl").load_state_dict(state)


def test_logged_into_a_run_file(tmp_path):
    model, optimizer = model_and_optimizer()
    masks = scheduled(model, optimizer)
    with es.SnapshotWriter(tmp_path / "run", name="rigl", seed=0) as log:
        train(model, optimizer, 0, 60, lambda step: step % 20 or log.snapshot(step, model.state_dict(), masks=masks.masks))
    run = es.open(tmp_path / "run")
    assert run.snapshots.steps[-1] == 60 and run.snapshots[-1].edges == sum(int(m.sum()) for m in masks.masks.values())


def test_names_of_parameters():
    model, optimizer = model_and_optimizer()
    assert list(es.torch.MaskScheduler(optimizer, density=0.2, total_steps=60, update_every=10, include=["1", "2"]).masks) == ["1", "2"]
    with pytest.raises(es.ConfigError, match="include: no parameter is called 'classifier"):
        scheduled(model, optimizer, include=["4.*", "classifier.*"])
    with pytest.warns(es.Notice, match="exclude: no parameter is called 'head.*'"):
        scheduled(model, optimizer, exclude="head.*")
    with pytest.raises(es.ConfigError, match="none of the optimizer's parameters is the model's"):
        scheduled(model_and_optimizer()[0], optimizer)


def test_update_every_is_a_number_of_steps():
    model, optimizer = model_and_optimizer()
    for given in (20, "20it", "20", np.int64(20)):
        masks = scheduled(model, optimizer, update_every=given)
        assert masks.state_dict()["asked"]["update_every"] == 20
    for wrong in ("20itit", "2ep", 0, 1.5, True):
        with pytest.raises(es.ConfigError, match=r"^MaskScheduler: update_every = .*: a number of optimizer steps is needed, as 45 or"):
            scheduled(model, optimizer, update_every=wrong)
    with pytest.raises(es.ConfigError, match=r"^MaskScheduler: update_every = 100000: method rigl would never"):
        scheduled(model, optimizer, update_every=100000)


def test_densities_by_layer_are_printed():
    model, optimizer = model_and_optimizer()
    said = str(scheduled(model, optimizer)).splitlines()
    assert said[1:] == ["  0.weight [6, 1, 3, 3]  dense", "  4.weight [24, 384]  density 0.1849", "  6.weight [5, 24]  dense"]
    even = scheduled(model, optimizer, init="uniform")
    assert "dense" not in str(even).split()


def test_a_state_of_another_scheduler_is_refused():
    model, optimizer = model_and_optimizer()
    state = scheduled(model, optimizer).state_dict()
    for more, message in [
        ({"density": 0.1}, r"the state is of a scheduler with density = 0.2; this one has density = 0.1"),
        ({"total_steps": 90}, r"with total_steps = 60; this one has total_steps = 90"),
        ({"update_every": 5}, r"with update_every = 10; this one has update_every = 5"),
        ({"drop_fraction": 0.5, "seed": 1}, r"with drop_fraction = 0.3, seed = 0; this one has drop_fraction = 0.5, seed = 1"),
    ]:
        with pytest.raises(es.ConfigError, match=message):
            scheduled(model, optimizer, **more).load_state_dict(state)
    begun = scheduled(model, optimizer)
    again = scheduled(model, optimizer, masks=begun.masks, density=None)
    again.load_state_dict(state)
    assert again.step == 0


@pytest.mark.parametrize("method", ["rigl", "snfs"])
def test_gradients_masked_early_keep_the_dense_ones_for_updates(method):
    ends = []
    for early in (False, True):
        model, optimizer = model_and_optimizer()
        masks = scheduled(model, optimizer, method)
        for step in range(40):
            stream = torch.Generator().manual_seed(step)
            inputs, labels = torch.randn(16, 1, 8, 8, generator=stream), torch.randint(5, (16,), generator=stream)
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(inputs), labels).backward()
            if early:
                masks.mask_gradients()
                assert all(not p.grad[~masks.masks[name]].any() for name, p in weights(model).items())
                masks.mask_gradients()  # nothing new came: what was noted stays
            optimizer.step()
        ends.append(model.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(ends[0].values(), ends[1].values()))
