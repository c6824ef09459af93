"""Tables of the comparison with the peers, and what we lose there."""
from markdown import milliseconds, significant, table


def ratio(result):
    return f"{significant(result['ratio'])} ({significant(result['ratio_min'])} to {significant(result['ratio_max'])})"


def goal_text(result):
    if not result["goal"]:
        return "-"
    return f"{result['goal']:g}" + (" (met)" if result["ratio"] >= result["goal"] else "")


def row(result):
    case = [result["title"], result["threads"]]
    if "reason" in result:
        return [*case, "-", "-", "not measured: " + result["reason"], goal_text({**result, "ratio": 0})]
    return [*case, milliseconds(result["ours_seconds"]), milliseconds(result["theirs_seconds"]), ratio(result),
            goal_text(result)]


def core_text(result, peers):
    chosen = {"right": peers["right_core"], "default": peers["default_core"]}.get(result["blas"], result["blas"])
    return f"{result['title']}, {'the default: ' if result['blas'] == 'default' else ''}{chosen}"


def groups(peers):
    """group -> its results in order; in the group of other BLAS kernels the title says which."""
    found = {}
    for result in peers["results"]:
        if result["blas"] != "right":
            result = {**result, "title": core_text(result, peers)}
        found.setdefault(result["group"], []).append(result)
    return found


def group_table(results):
    header = ["work", "threads", "ours, ms", "theirs, ms", "theirs / ours (min to max)", "goal"]
    return table(header, [row(result) for result in results])


def lost(peers):
    """Lines on every case that the other side won."""
    return [f"- {result['group']}: {result['title']}, {result['threads']} thread{'s' if result['threads'] > 1 else ''}: "
            f"{significant(1 / result['ratio'])} times slower"
            for results in groups(peers).values() for result in results if result.get("ratio", 1) < 1]
