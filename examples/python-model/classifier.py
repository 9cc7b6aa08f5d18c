"""The trained classifier, as both servers use it."""

import os

import joblib


class Classifier:
    """Reads the file that train.py has written, which MODEL_FILE names."""

    def __init__(self):
        self.model = joblib.load(os.environ.get("MODEL_FILE", "model.joblib"))
        self.dga = list(self.model.classes_).index("dga")

    def scores(self, hosts):
        """Returns for each host how probable it is that its name was generated."""
        return [float(p[self.dga]) for p in self.model.predict_proba([label(h) for h in hosts])]


def label(host):
    """Returns what its owner chose of a registered domain: example of example.co.uk."""
    return host.split(".")[0].lower()


def verdict(score):
    return "dga" if score > 0.5 else "legit"
