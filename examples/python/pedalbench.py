"""Pedalbench from Python: rows as dictionaries, or as a pandas data frame where pandas is there.

    from pedalbench import predict
    for row in predict("my.nam", device="mod-dwarf,pi-4"):
        print(row["device"], row["width"]["label"], row["load"])
"""

import json
import os
import shlex
import subprocess

#: How the command is called; PEDALBENCH may name another.
COMMAND = shlex.split(os.environ.get("PEDALBENCH", "npx pedalbench"))


class PedalbenchError(RuntimeError):
    """The sentence that the command said."""


def lines(*words, **options):
    """Each line of `pedalbench WORDS --jsonl`, as soon as it is known; the last is the document without rows."""
    given = []
    for name, value in options.items():
        name = "--" + name.replace("_", "-")
        given += [name] if value is True else [] if value in (None, False) else [name, str(value)]
    call = [*COMMAND, *map(str, words), *given, "--jsonl", "--quiet"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8") as child:
        for line in child.stdout:
            yield json.loads(line)
        said = child.stderr.read()
    # 1 and 3 are answers: something does not hold, or cannot be judged.
    if child.returncode not in (0, 1, 3):
        raise PedalbenchError(said.strip() or "pedalbench ended with %d" % child.returncode)


def rows(*words, **options):
    """The rows alone, one after the other."""
    before = None
    for line in lines(*words, **options):
        if before is not None:
            yield before
        before = line


def predict(*models, **options):
    """Rows of `predict`: predict("a2", device="pi-4", copies="1,2")."""
    return rows("predict", *models, **options)


def check(budgets="budgets.json", **options):
    """Verdicts of `check`."""
    return rows("check", budgets, **options)


def frame(found):
    """A pandas data frame of rows, nested fields as `width.label`."""
    import pandas

    return pandas.json_normalize(list(found))
