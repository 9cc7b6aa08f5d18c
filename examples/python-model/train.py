"""Trains the classifier of generated domains, and writes it to a file.

    python3 train.py model.joblib

Names that people chose are those of ../dga/model/ordinary_names.txt, alone and in
pairs; the others are made here, the way malware makes them: of letters and digits at
random, or of syllables.
"""

import pathlib
import random
import sys

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

HERE = pathlib.Path(__file__).parent


def ordinary_names(chance):
    text = (HERE / "../dga/model/ordinary_names.txt").read_text(encoding="utf-8")
    names = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    return names + ["".join(chance.sample(names, 2)) for _ in names]


def generated_name(chance):
    length = chance.randint(8, 22)
    kind = chance.randrange(3)
    if kind == 0:
        return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=length))
    if kind == 1:
        return "".join(chance.choices("0123456789abcdef", k=length))
    syllables = (chance.choice("bcdfghjklmnpqrstvwxz") + chance.choice("aeiouy") for _ in range(length // 2))
    return "".join(syllables)


def main(model_file):
    chance = random.Random(1)
    legit = ordinary_names(chance)
    dga = [generated_name(chance) for _ in legit]
    names, labels = legit + dga, ["legit"] * len(legit) + ["dga"] * len(dga)
    train_names, test_names, train_labels, test_labels = train_test_split(
        names, labels, test_size=0.2, random_state=1, stratify=labels
    )
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), lowercase=True),
        LogisticRegression(C=10, max_iter=1000),
    )
    model.fit(train_names, train_labels)
    print(f"trained on {len(train_names)} names; of {len(test_names)} others {model.score(test_names, test_labels):.1%} are told right")
    joblib.dump(model, model_file)


if __name__ == "__main__":
    main(sys.argv[1])
