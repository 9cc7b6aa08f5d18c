"""The classifier as a model of MLServer, which speaks the Open Inference Protocol."""

import pathlib
import sys

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.types import InferenceResponse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from classifier import Classifier, verdict  # noqa: E402


class Dga(MLModel):
    async def load(self):
        self.classifier = Classifier()
        return True

    async def predict(self, payload):
        scores = self.classifier.scores(StringCodec.decode_input(payload.inputs[0]))
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            outputs=[
                StringCodec.encode_output("is_malicious", [verdict(s) for s in scores]),
                NumpyCodec.encode_output("score", np.array(scores)),
            ],
        )
