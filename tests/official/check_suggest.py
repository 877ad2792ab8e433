"""Compares `gleaner suggest --compat` with the official gliner package, sentence by sentence.

usage: check_suggest.py GLEANER MODEL_DIR NER_DIR [SENTENCES]
  GLEANER    the gleaner binary
  MODEL_DIR  a model folder, such as gleaner-mini in safetensors
  NER_DIR    a folder with dev/*.jsonl.zst ({"tokens", "spans"}) and label_sets.json
needs: pip install gliner==0.2.29; the zstd program

Sentences are spread evenly over all sources (seeded), each asked for the labels of its source, at most 25. Spans must be
the same at threshold 0.5 with scores within 1e-3; a span within 2e-3 of the threshold may be on one side only.
Exits 1 on any other difference.
"""
import json, os, random, subprocess, sys, warnings
from pathlib import Path

warnings.filterwarnings("ignore")
os.environ["HF_HUB_OFFLINE"] = "1"
gleaner, model_dir, ner = sys.argv[1], sys.argv[2], Path(sys.argv[3])
wanted = int(sys.argv[4]) if len(sys.argv) > 4 else 300

sets = json.load(open(ner / "label_sets.json"))
files = sorted((ner / "dev").glob("*.jsonl.zst"))
rng = random.Random(7)
chosen = []
for i, path in enumerate(files):
    lines = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout.decode().splitlines()
    source = path.name.split(".")[0]
    labels = sets.get(source) or sorted({s[2] for line in lines for s in json.loads(line)["spans"]})
    if len(labels) > 25:
        labels = sorted(rng.sample(labels, 25))
    n = wanted // len(files) + (1 if i < wanted % len(files) else 0)
    for line in rng.sample(lines, min(n, len(lines))):
        chosen.append((source, labels, " ".join(json.loads(line)["tokens"])))

from gliner import GLiNER
import torch

model = GLiNER.from_pretrained(model_dir, local_files_only=True)
model.eval()
compared = different = borderline = 0
worst = 0.0
for source in sorted({c[0] for c in chosen}):
    texts = [t for s, _, t in chosen if s == source]
    labels = next(l for s, l, _ in chosen if s == source)
    lines = "".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(texts))
    flags = [f"--label={label}" for label in labels]
    run = subprocess.run([gleaner, "suggest", "--compat", "--model", model_dir, "--threshold", "0.5", "--input", "-", *flags],
                         input=lines.encode(), capture_output=True)
    if run.returncode:
        sys.exit(f"{source}: gleaner failed: {run.stderr.decode()}")
    ours = [json.loads(line)["spans"] for line in run.stdout.decode().splitlines()]
    with torch.no_grad():
        theirs = [model.predict_entities(t, labels, threshold=0.5) for t in texts]
    for text, a, b in zip(texts, ours, theirs):
        a = {(s["start"], s["end"], s["label"]): s["score"] for s in a}
        b = {(s["start"], s["end"], s["label"]): s["score"] for s in b}
        compared += len(b)
        for key in a.keys() | b.keys():
            if key in a and key in b:
                worst = max(worst, abs(a[key] - b[key]))
                if abs(a[key] - b[key]) > 1e-3:
                    different += 1
                    print(f"{source}: score of {key}: {a[key]:.5f}, official {b[key]:.5f}: {text!r}")
            elif abs(a.get(key, b.get(key)) - 0.5) < 2e-3:
                borderline += 1
            else:
                different += 1
                print(f"{source}: only {'gleaner' if key in a else 'official'}: {key} {a.get(key, b.get(key)):.5f}: {text!r}")
print(f"{len(chosen)} sentences of {len(files)} sources, {compared} official spans: {different} differences, "
      f"{borderline} on the threshold, largest difference of a score {worst:.2e}")
sys.exit(1 if different else 0)
