# Counts two JSON files with nervaluate's dict loader and prints what it found, and how long it read and counted.
import json, sys, time

begin = time.perf_counter()
from nervaluate.evaluator import Evaluator

with open(sys.argv[1]) as gold, open(sys.argv[2]) as predictions:
    true, pred = json.load(gold), json.load(predictions)
read = time.perf_counter()
tags = sorted({span["label"] for side in (true, pred) for document in side for span in document})
found = Evaluator(true, pred, tags=tags, loader="dict").evaluate()
counted = time.perf_counter()

CLASSES = ("correct", "incorrect", "partial", "missed", "spurious", "possible", "actual")


def counts(row):
    return {mode: {name: getattr(result, name) for name in CLASSES} for mode, result in row.items()}


print(json.dumps({
    "overall": counts(found["overall"]),
    "entities": {label: counts(row) for label, row in found["entities"].items()},
    "reading": read - begin,
    "counting": counted - read,
}))
