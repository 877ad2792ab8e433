"""Makes tests/fixtures/statistics/*.json: statistics as the packages compute them that people know them from.

usage: make_statistics.py [FOLDER]
needs: pip install scikit-learn==1.9.1 scipy==1.17.1 krippendorff==0.9.0 cleanlab==2.9.0

Every file says which package and version it was made with. Data are seeded and made here; `tests/statistics.rs` computes
the same from them, within 1e-9. Not made with a package, because none computes it: the unitizing alpha, here written out
as Krippendorff (Content Analysis, 2nd edition, 11.6) defines it, every section against every other.
"""
import importlib.metadata, json, sys, warnings
from itertools import combinations
from pathlib import Path

import cleanlab.count, cleanlab.token_classification.filter, cleanlab.token_classification.rank
import krippendorff
import numpy as np
import scipy.stats
import sklearn.calibration, sklearn.metrics

warnings.filterwarnings("ignore")
folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "fixtures" / "statistics")
folder.mkdir(parents=True, exist_ok=True)


def write(package, content):
    made_with = f"{package} {importlib.metadata.version(package)}"
    path = folder / f"{package.replace('-', '_')}.json"
    path.write_text(json.dumps({"made_with": made_with, **content}, separators=(",", ":")) + "\n")


def plain(value):
    return json.loads(json.dumps(value, default=lambda x: x.tolist()))


# Slots that gold and prediction give a label, or none (0): span by span the same as scikit-learn's classes.
rng = np.random.default_rng(20261124)
labelled = []
for documents, labels in [(1, 2), (12, 3), (40, 6)]:
    gold, predicted = [], []
    for _ in range(documents):
        slots = int(rng.integers(0, 12))
        g = rng.integers(0, labels + 1, slots)
        p = np.where(rng.random(slots) < 0.6, g, rng.integers(0, labels + 1, slots))
        gold.append(g), predicted.append(p)
    flat_gold, flat_predicted = np.concatenate(gold), np.concatenate(predicted)
    names = list(range(1, labels + 1))
    # A label that is on neither side says nothing: it is in no mean.
    occur = sorted({*flat_gold.tolist(), *flat_predicted.tolist()} - {0})

    def ratios(average, labels=names):
        return sklearn.metrics.precision_recall_fscore_support(
            flat_gold, flat_predicted, labels=labels, average=average, zero_division=0)[:3]

    labelled.append({
        "labels": labels, "gold": plain(gold), "predicted": plain(predicted),
        "micro": plain(ratios("micro")), "macro": plain(ratios("macro", occur)), "by_label": plain(ratios(None)),
        "confusion": plain(sklearn.metrics.confusion_matrix(flat_gold, flat_predicted, labels=[0, *names])),
    })

scored = []
for n, missing, digits in [(5, 0, 2), (200, 40, 2), (1000, 0, 6), (1000, 250, 1)]:
    # As 32-bit floats, with ties; some gold is never predicted.
    score = np.round(rng.random(n), digits).astype(np.float32).astype(np.float64)
    right = (rng.random(n) < 0.2 + 0.6 * score).astype(int)
    gold = int(right.sum()) + missing
    bins = []
    for count in (5, 10, 20):
        true, said = sklearn.calibration.calibration_curve(right, score, n_bins=count, strategy="uniform")
        edges = np.linspace(0.0, 1.0, count + 1)
        sizes = np.bincount(np.searchsorted(edges[1:-1], score), minlength=count)
        error = float(np.sum(sizes[sizes > 0] / n * np.abs(true - said)))
        bins.append({"bins": count, "sizes": plain(sizes), "accuracy": plain(true), "confidence": plain(said), "error": error})
    # The package knows only what was predicted; recall is of all gold.
    found = float(sklearn.metrics.average_precision_score(right, score)) * right.sum() / gold
    scored.append({"scores": plain(score), "right": plain(right), "gold": gold, "average_precision": found, "calibration": bins})

kappas = []
for n, categories in [(10, 2), (300, 2), (300, 5), (2000, 9)]:
    a = rng.integers(0, categories, n)
    b = np.where(rng.random(n) < 0.5, a, rng.integers(0, categories, n))
    kappas.append({"a": plain(a), "b": plain(b), "kappa": float(sklearn.metrics.cohen_kappa_score(a, b))})
write("scikit-learn", {"labelled": labelled, "scored": scored, "kappa": kappas})

# The interval and the p-value of draws that are given: the draws themselves are gleaner's own.
draws = []
for n, observed in [(99, 0.02), (1000, 0.01), (1000, -0.03), (2000, 0.0)]:
    differences = np.round(rng.normal(observed, 0.012, n), 5)
    centred = np.abs(differences - observed)
    test = scipy.stats.monte_carlo_test(
        [abs(observed)], lambda size: centred.reshape(size), lambda x, axis: np.abs(x).sum(axis=axis),
        vectorized=True, n_resamples=n, alternative="greater")
    # On the way through floats a draw may fall on the other side of the border: none lies there.
    assert np.min(np.abs(centred - abs(observed))) > 1e-9 or observed == 0.0
    draws.append({
        "observed": observed, "differences": plain(differences), "p_value": float(test.pvalue),
        "low": float(np.percentile(differences, 2.5)), "high": float(np.percentile(differences, 97.5)),
        "quantile": float(scipy.stats.mstats.mquantiles(differences, 0.025, alphap=1, betap=1)[0]),
    })
write("scipy", {"draws": draws})


def sections(length, units):
    found, at = [], 0
    for start, end in units:
        if start > at:
            found.append((at, start, False))
        found.append((start, end, True))
        at = end
    if at < length:
        found.append((at, length, False))
    return found


def unitizing(length, annotators):
    """Observed and expected disagreement of one category, as defined."""
    all_of, m = [sections(length, units) for units in annotators], len(annotators)
    observed = 0.0
    for i in range(m):
        for j in range(m):
            if i == j:
                continue
            for s, e, unit in all_of[i]:
                for t, f, other in all_of[j]:
                    if unit and other and s < f and t < e:
                        observed += (s - t) ** 2 + (e - f) ** 2
                    elif unit and not other and t <= s and e <= f:
                        observed += (e - s) ** 2
                    elif other and not unit and s <= t and f <= e:
                        observed += (f - t) ** 2
    observed /= m * (m - 1) * length**2
    lengths = [e - s for of in all_of for s, e, unit in of if unit]
    gaps = [e - s for of in all_of for s, e, unit in of if not unit]
    total = sum(
        (len(lengths) - 1) / 3 * (2 * b**3 - 3 * b**2 + b) + b**2 * sum(gap - b + 1 for gap in gaps if gap >= b)
        for b in lengths)
    return observed, 2 / length * total / (m * length * (m * length - 1) - sum(b * (b - 1) for b in lengths))


nominal = []
for coders, units, categories in [(2, 12, 2), (2, 400, 5), (4, 300, 4)]:
    truth = rng.integers(0, categories, units)
    data = np.where(rng.random((coders, units)) < 0.7, truth, rng.integers(0, categories, (coders, units))).astype(float)
    if coders > 2:
        data[rng.random((coders, units)) < 0.2] = np.nan
    value = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    given = [[None if np.isnan(x) else int(x) for x in row] for row in data]
    nominal.append({"coders": given, "alpha": float(value)})

continua = []
for length, annotators in [(60, 2), (500, 2), (400, 3), (800, 4)]:
    truth = sorted(rng.choice(length // 10, length // 25, replace=False) * 10)
    lists = []
    for _ in range(annotators):
        units, at = [], 0
        for start in truth:
            if rng.random() < 0.2:
                continue
            start = max(at, int(start) + int(rng.integers(-2, 3)))
            end = min(length, start + int(rng.integers(3, 9)))
            if start < end:
                units.append((start, end))
                at = end
        lists.append(units)
    observed, expected = unitizing(length, lists)
    continua.append({"length": length, "annotators": lists, "observed": observed, "expected": expected})
write("krippendorff", {"nominal": nominal, "continua": continua})

noisy = []
for sentences, classes in [(20, 3), (60, 5)]:
    labels, probabilities = [], []
    for _ in range(sentences):
        words = int(rng.integers(1, 15))
        truth = np.where(rng.random(words) < 0.6, 0, rng.integers(0, classes, words))
        given = np.where(rng.random(words) < 0.85, truth, rng.integers(0, classes, words))
        p = np.array([rng.dirichlet(np.where(np.arange(classes) == t, 4.0, 0.5)) for t in truth])
        p = np.round(p, 6) + 1e-6
        p /= p.sum(axis=1, keepdims=True)
        labels.append(plain(given)), probabilities.append(p)
    flat_labels = np.concatenate([np.array(x) for x in labels])
    flat = np.concatenate(probabilities)
    sentence_scores, token_scores = cleanlab.token_classification.rank.get_label_quality_scores(labels, probabilities)
    issues = cleanlab.token_classification.filter.find_label_issues(
        labels, probabilities, filter_by="confident_learning", n_jobs=1)
    noisy.append({
        "labels": labels, "probabilities": plain(probabilities),
        "thresholds": plain(cleanlab.count.get_confident_thresholds(flat_labels, flat)),
        "token_quality": [plain(list(scores)) for scores in token_scores],
        "sentence_quality": plain(sentence_scores),
        "issues": sorted([int(i), int(j)] for i, j in issues),
    })
write("cleanlab", {"noisy": noisy})
