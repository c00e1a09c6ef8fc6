"""The slow, obvious twins of the text metrics, and their four forms by definition: what the package is held against."""

from collections.abc import Callable
from typing import NamedTuple

FORMS = ("distance", "similarity", "normalized_distance", "normalized_similarity")


def levenshtein(s1, s2, weights=(1, 1, 1)):
    """R. A. Wagner and M. J. Fischer, "The string-to-string correction problem", 1974."""
    insertion, deletion, substitution = weights
    d = [[0] * (len(s2) + 1) for _ in range(len(s1) + 1)]
    for i in range(len(s1) + 1):
        for j in range(len(s2) + 1):
            choices = []
            if i > 0:
                choices.append(d[i - 1][j] + deletion)
            if j > 0:
                choices.append(d[i][j - 1] + insertion)
            if i > 0 and j > 0:
                choices.append(d[i - 1][j - 1] + (0 if s1[i - 1] == s2[j - 1] else substitution))
            d[i][j] = min(choices, default=0)
    return d[len(s1)][len(s2)]


def osa(s1, s2):
    """Wagner and Fischer's table, and two neighbours may be swapped if nothing else touches them."""
    d = [[0] * (len(s2) + 1) for _ in range(len(s1) + 1)]
    for i in range(len(s1) + 1):
        for j in range(len(s2) + 1):
            choices = []
            if i > 0:
                choices.append(d[i - 1][j] + 1)
            if j > 0:
                choices.append(d[i][j - 1] + 1)
            if i > 0 and j > 0:
                choices.append(d[i - 1][j - 1] + (s1[i - 1] != s2[j - 1]))
            if i > 1 and j > 1 and s1[i - 1] == s2[j - 2] and s1[i - 2] == s2[j - 1]:
                choices.append(d[i - 2][j - 2] + 1)
            d[i][j] = min(choices, default=0)
    return d[len(s1)][len(s2)]


def damerau_levenshtein(s1, s2):
    """R. Lowrance and R. A. Wagner, "An extension of the string-to-string correction problem", 1975."""
    d = [[max(i, j) if i == 0 or j == 0 else 0 for j in range(len(s2) + 1)] for i in range(len(s1) + 1)]
    last_row = {}  # character -> the last row before i that holds it
    for i in range(1, len(s1) + 1):
        m = 0  # the last column before j that holds s1's character
        for j in range(1, len(s2) + 1):
            choices = [d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (s1[i - 1] != s2[j - 1])]
            k = last_row.get(s2[j - 1], 0)
            if k and m:
                choices.append(d[k - 1][m - 1] + (i - k - 1) + 1 + (j - m - 1))
            d[i][j] = min(choices)
            if s1[i - 1] == s2[j - 1]:
                m = j
        last_row[s1[i - 1]] = i
    return d[len(s1)][len(s2)]


def hamming(s1, s2, pad=True):
    """Positions that differ; those that one text lacks differ."""
    if len(s1) != len(s2) and not pad:
        raise ValueError("unequal lengths")
    same = sum(1 for a, b in zip(s1, s2, strict=False) if a == b)
    return max(len(s1), len(s2)) - same


def lcs_seq(s1, s2):
    """Length of the longest common subsequence."""
    d = [[0] * (len(s2) + 1) for _ in range(len(s1) + 1)]
    for i in range(1, len(s1) + 1):
        for j in range(1, len(s2) + 1):
            d[i][j] = d[i - 1][j - 1] + 1 if s1[i - 1] == s2[j - 1] else max(d[i - 1][j], d[i][j - 1])
    return d[len(s1)][len(s2)]


def indel(s1, s2):
    """Insertions and deletions that turn one text into the other."""
    return len(s1) + len(s2) - 2 * lcs_seq(s1, s2)


def jaro(s1, s2):
    """M. A. Jaro, 1989, as the literature spells it out."""
    if not len(s1) and not len(s2):
        return 1.0
    window = max(max(len(s1), len(s2)) // 2 - 1, 0)
    partner = {}  # position in s1 -> position in s2
    for i in range(len(s1)):
        for j in range(len(s2)):
            if abs(i - j) <= window and s1[i] == s2[j] and j not in partner.values():
                partner[i] = j
                break
    if not partner:
        return 0.0
    matched1 = [s1[i] for i in sorted(partner)]
    matched2 = [s2[j] for j in sorted(partner.values())]
    transposed = sum(a != b for a, b in zip(matched1, matched2, strict=True)) // 2
    n = len(partner)
    return (n / len(s1) + n / len(s2) + (n - transposed) / n) / 3.0


def jaro_winkler(s1, s2, prefix_weight=0.1):
    """W. E. Winkler, 1990, with his threshold of 0.7 and at most four characters of prefix."""
    similarity = jaro(s1, s2)
    if similarity <= 0.7:
        return similarity
    return similarity + min(prefix(s1, s2), 4) * prefix_weight * (1.0 - similarity)


def prefix(s1, s2):
    """Leading characters in common."""
    n = 0
    while n < len(s1) and n < len(s2) and s1[n] == s2[n]:
        n += 1
    return n


def postfix(s1, s2):
    """Trailing characters in common."""
    return prefix(s1[::-1], s2[::-1])


def _longer(n, m):
    return max(n, m)


def _both(n, m):
    return n + m


def _levenshtein_maximum(n, m, weights=(1, 1, 1)):
    """All deleted and all inserted, or as many as possible substituted."""
    insertion, deletion, substitution = weights
    rest = (n - m) * deletion if n >= m else (m - n) * insertion
    return min(n * deletion + m * insertion, min(n, m) * substitution + rest)


class Twin(NamedTuple):
    """A metric: its formula, whether that is a similarity, and the largest value it can take for two lengths."""

    formula: Callable
    is_similarity: bool
    maximum: Callable | None  # None: a fraction between 0 and 1


TWINS = {
    "levenshtein": Twin(levenshtein, False, _levenshtein_maximum),
    "osa": Twin(osa, False, _longer),
    "damerau_levenshtein": Twin(damerau_levenshtein, False, _longer),
    "hamming": Twin(hamming, False, _longer),
    "indel": Twin(indel, False, _both),
    "lcs_seq": Twin(lcs_seq, True, _longer),
    "jaro": Twin(jaro, True, None),
    "jaro_winkler": Twin(jaro_winkler, True, None),
    "prefix": Twin(prefix, True, _longer),
    "postfix": Twin(postfix, True, _longer),
}


def forms(name, s1, s2, **options):
    """All four forms of a metric for one pair, as a dict."""
    twin = TWINS[name]
    raw = twin.formula(s1, s2, **options)
    if twin.maximum is None:
        return dict(zip(FORMS, (1.0 - raw, raw, 1.0 - raw, raw), strict=True))
    # Only weights change how large a distance can be.
    largest = twin.maximum(len(s1), len(s2), **{k: v for k, v in options.items() if k == "weights"})
    distance = largest - raw if twin.is_similarity else raw
    normalized = distance / largest if largest else 0.0
    return dict(zip(FORMS, (distance, largest - distance, normalized, 1.0 - normalized), strict=True))


def cut(name, form, score, cutoff):
    """What a score becomes: if too far cutoff + 1 (1.0 where it is a fraction), if too little alike 0."""
    if cutoff is None:
        return score
    if form.endswith("similarity"):
        return score if score >= cutoff else type(score)(0)
    if score <= cutoff:
        return score
    return 1.0 if TWINS[name].maximum is None or form.startswith("normalized") else cutoff + 1


def score(name, form, s1, s2, score_cutoff=None, **options):
    """One form of a metric for one pair, under a cutoff."""
    return cut(name, form, forms(name, s1, s2, **options)[form], score_cutoff)
