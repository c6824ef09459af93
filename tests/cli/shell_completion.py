#!/usr/bin/python3
"""What a shell offers when Tab is pressed behind a part of a command line, asked of the shell itself.

usage: shell_completion.py PROGRAM SHELL     PROGRAM: espalier or espalier-mpi; SHELL: bash, zsh or fish. Exit status 77: it is
not installed.

bash runs the completion function with the words it would have, and compgen; fish has a command for it; zsh is typed to
in a terminal of its own.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
# Behind each command line what must be offered, and what must not.
CASES = (
    ("espalier ti", {"tickets"}, {"tune"}),
    ("espalier tickets ", {"find", "compare", "ensemble", "superpose"}, {"run"}),
    ("espalier tickets compare --jso", {"--json"}, set()),
    ("espalier run --pro", {"--progress", "--progress-fd"}, {"--print-defaults"}),
    ("espalier run --progress ", {"auto", "bar", "lines", "none"}, {"run"}),
    ("espalier run --progress=li", {"lines"}, {"bar"}),
    ("espalier export --format s", {"state-dict", "safetensors"}, {"npz"}),
    ("espalier metrics --metric degree,ramanujan_", {"degree,ramanujan_gap"}, {"degree,imdb"}),
    ("espalier run --set sparsity.meth", {"sparsity.method="}, set()),
    ("espalier distance --set nnstd.", {"nnstd.match_last="}, set()),
    ("espalier completion ", {"bash", "zsh", "fish"}, {"run"}),
    ("espalier help metr", {"metrics"}, {"run"}),
    ("espalier inspect some", {"some file.h5"}, set()),
    ("espalier run --out fold", {"folder/"}, set()),
    ("espalier run --threads ", set(), {"folder/", "some file.h5"}),
)
CASES_OF_MPI = (
    ("espalier-mpi ", {"run", "metrics", "distance", "completion", "help"}, {"tickets", "sweep"}),
    ("espalier-mpi run --shard", {"--shard-optimizer"}, set()),
    ("espalier-mpi run --set training.blo", {"training.blocks="}, set()),
    ("espalier-mpi metrics --metric degree,ramanujan_", {"degree,ramanujan_gap"}, {"degree,imdb"}),
    ("espalier-mpi distance --work fold", {"folder/"}, set()),
    ("espalier-mpi help dis", {"distance"}, {"run"}),
)


def bash(script, lines, folder):
    return [bash_line(script, line, folder) for line in lines]


def bash_line(script, line, folder):
    function = "_" + line.split()[0].replace("-", "_")
    words = re.findall(r"=|[^\s=]+", line) + ([""] if line.endswith(" ") else [])
    program = (f"source {script}\nCOMP_WORDS=(\"$@\")\nCOMP_CWORD=$(($# - 1))\n{function}\n"
               'for word in "${COMPREPLY[@]}"; do [ -d "$word" ] && word+=/; printf "%s\\n" "$word"; done')
    done = subprocess.run(["bash", "-c", program, "bash", *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.stderr:
        sys.exit(f"bash said of '{line}':\n{done.stderr}")
    return set(done.stdout.splitlines())


def fish(script, lines, folder):
    return [fish_line(script, line, folder) for line in lines]


def fish_line(script, line, folder):
    done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"], cwd=folder,
                          capture_output=True, text=True, check=False, env=dict(os.environ, HOME=str(folder)))
    if done.stderr:
        sys.exit(f"fish said of '{line}':\n{done.stderr}")
    found = {row.split("\t")[0].replace("\\ ", " ") for row in done.stdout.splitlines()}
    return {word.split("=", 1)[1] if word.startswith("--") and "=" in word else word for word in found}


ZSH_SETUP = """autoload -Uz compinit; compinit -u -D; source {script}; LISTMAX=1000; PS1=; zstyle ':completion:*' insert-tab false
compadd() {{
    local -a found; local word
    builtin compadd "$@"
    for word in "$@"; do [[ $word == (-O|-A|-D) ]] && return; done  # a question of completion's own
    builtin compadd -O found "$@"; print -rl -- "MATCH:${{^found[@]}}" >> {matches}
}}
complete-and-mark() {{ zle complete-word; print -r -- END >> {matches}; zle kill-whole-line }}
zle -N complete-and-mark; bindkey '^I' complete-and-mark; print READY
"""


def zsh(script, lines, folder):
    """Typed in one terminal; what is offered goes to a file, with a mark behind each line's."""
    setup, matches = script.with_suffix(".zsh"), script.with_suffix(".matches")
    setup.write_text(ZSH_SETUP.format(script=script, matches=matches), encoding="utf-8")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ.update(TERM="dumb", HOME=str(folder))
        os.execvp("zsh", ["zsh", "-f", "-i"])
    os.write(terminal, f"source {setup}\n".encode())
    read_until(terminal, "\nREADY")
    matches.write_text("", encoding="utf-8")
    for k, line in enumerate(lines):  # nothing is typed ahead: completion gives way to what is
        os.write(terminal, f"{line}\t".encode())
        read_until(terminal, done=lambda: matches.read_text(encoding="utf-8").count("END\n") > k)
    os.close(terminal)
    os.waitpid(child, 0)
    blocks = matches.read_text(encoding="utf-8").split("END\n")
    return [zsh_words(line, {row.removeprefix("MATCH:") for row in block.splitlines()}, folder)
            for line, block in zip(lines, blocks)]


def zsh_words(line, found, folder):
    """As other shells have them: of lists the words before stand in front, and folders end in a slash."""
    last = line.split(" ")[-1]
    front = last[:last.rfind(",") + 1]
    plain = {word.replace("\\ ", " ") for word in found if word}
    return {front + word + ("/" if (folder / word).is_dir() else "") for word in plain}


def read_until(terminal, text=None, done=lambda: False, seconds=30):
    """Reads what is shown until it holds the text, or until all is done."""
    end, seen = time.monotonic() + seconds, ""
    while time.monotonic() < end and not done() and not (text and text in seen):
        if select.select([terminal], [], [], 0.02)[0]:
            seen += os.read(terminal, 4096).decode(errors="replace")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, shell = sys.argv[1:]
    if shutil.which(shell) is None:
        print(f"skipped: {shell} is not installed")
        sys.exit(SKIPPED)
    text = subprocess.run([program, "completion", shell], stdout=subprocess.PIPE, text=True, check=True).stdout
    cases = {"espalier": CASES, "espalier-mpi": CASES_OF_MPI}[pathlib.Path(program).name]
    faults = []
    with tempfile.TemporaryDirectory(prefix="espalier-completion-") as name:
        folder = pathlib.Path(name) / "work"
        (folder / "folder").mkdir(parents=True)
        (folder / "some file.h5").write_text("", encoding="utf-8")
        script = pathlib.Path(name) / "script"
        script.write_text(text, encoding="utf-8")
        offers = {"bash": bash, "zsh": zsh, "fish": fish}[shell](script, [case[0] for case in cases], folder)
        for (line, wanted, unwanted), offered in zip(cases, offers):
            if not wanted <= offered or unwanted & offered:
                faults.append(f"'{line}' offered {sorted(offered)[:20]}, not {sorted(wanted - offered)}")
    if faults:
        sys.exit("\n".join(faults))
    print(f"{shell}: {len(cases)} command lines are completed")


if __name__ == "__main__":
    main()
