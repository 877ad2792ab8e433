#!/usr/bin/env python3
"""Does the official package train on exactly the spans that gleaner holds?

Takes two exports of the same project: `--format gliner` and `--format jsonl`. The GLiNER records go through the
package's own words splitter, span processor and training collator; every span that the collated labels mark is mapped
from word indices back to code points of the text and compared with the spans of the JSONL export: the same sets, or
the exit code is 1.

    pip install gliner
    gleaner export PROJECT --format gliner --annotator NAME -o words.jsonl
    gleaner export PROJECT --format jsonl --annotator NAME -o spans.jsonl
    python tests/official/check_export.py words.jsonl spans.jsonl
"""

import argparse
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

from gliner.config import GLiNERConfig
from gliner.data_processing.collator import SpanDataCollator
from gliner.data_processing.processor import UniEncoderSpanProcessor
from gliner.data_processing.tokenizer import WordsSplitter
from transformers import AutoTokenizer

MODEL = Path(__file__).resolve().parents[2] / "data" / "models" / "gleaner-mini"


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def spans_of(record):
    """The spans of the one response a JSONL record has."""
    responses = record.get("responses")
    if responses is None:
        spans = record.get("spans", [])
    elif len(responses) == 1:
        spans = responses[0]["spans"]
    else:
        sys.exit(f"{record.get('id')}: {len(responses)} responses; export one annotator")
    return {(span["start"], span["end"], span["label"]) for span in spans}


def labelled(batch, row):
    """The word spans that the collated labels mark for a row: first word, last word, label."""
    classes = batch["id_to_classes"][row]
    marked = batch["labels"][row].nonzero().tolist()
    index = batch["span_idx"][row].tolist()
    return {(*index[span], classes[column + 1]) for span, column in marked}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("gliner", help="export in the format gliner")
    parser.add_argument("jsonl", help="export in the format jsonl")
    parser.add_argument("--model", default=MODEL, help="folder with gliner_config.json and tokenizer.json")
    parser.add_argument("--batch", type=int, default=4, help="records collated together")
    args = parser.parse_args()

    config = GLiNERConfig(**json.loads((Path(args.model) / "gliner_config.json").read_text()))
    splitter = WordsSplitter(splitter_type=config.words_splitter_type)
    processor = UniEncoderSpanProcessor(config, AutoTokenizer.from_pretrained(args.model), splitter)
    collator = SpanDataCollator(config, data_processor=processor, return_id_to_classes=True, prepare_labels=True)

    records, wanted = lines(args.gliner), lines(args.jsonl)
    differences = []
    if len(records) != len(wanted):
        differences.append(f"{len(records)} records, but {len(wanted)} documents")
    words = found = beyond = 0
    for begin in range(0, len(records), args.batch):
        part = records[begin : begin + args.batch]
        with warnings.catch_warnings():
            # That a text is cut is said below, with what it costs.
            warnings.filterwarnings("ignore", message=".*has been truncated")
            batch = collator(part)
        for row, (record, document) in enumerate(zip(part, wanted[begin : begin + args.batch])):
            name = document.get("id", f"record {begin + row + 1}")
            text = document["text"]
            split = list(splitter(text))
            words += len(split)
            beyond += any(ord(c) > 0xFFFF or 0x300 <= ord(c) < 0x370 for c in text)
            if record["tokenized_text"] != [word for word, _, _ in split]:
                differences.append(f"{name}: the words are not the package's")
                continue
            if len(split) > config.max_len:
                print(f"{name}: {len(split)} words; the package trains on the first {config.max_len}")
            mapped = {(split[s][1], split[e][2], label) for s, e, label in labelled(batch, row)}
            found += len(mapped)
            expected = spans_of(document)
            for start, end, label in sorted(expected - mapped):
                differences.append(f"{name}: the package has not {label} [{start}, {end}) {text[start:end]!r}")
            for start, end, label in sorted(mapped - expected):
                differences.append(f"{name}: only the package has {label} [{start}, {end}) {text[start:end]!r}")

    print(f"gliner {version('gliner')}: {len(records)} records, {words} words, {found} labelled spans", end="; ")
    print(f"{beyond} texts with combining marks or characters beyond U+FFFF")
    for difference in differences:
        print(difference)
    print("DIFFERENT" if differences else "the same spans")
    return 1 if differences or not found else 0


if __name__ == "__main__":
    sys.exit(main())
