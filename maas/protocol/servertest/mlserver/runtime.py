"""Models of MLServer for the tests, without any library of models."""

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceResponse


class Model(MLModel):
    def respond(self, outputs):
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)


class Echo(Model):
    """Answers with its inputs."""

    async def predict(self, payload):
        outputs = []
        for given in payload.inputs:
            codec = StringCodec if given.datatype == "BYTES" else NumpyCodec
            outputs.append(codec.encode_output(given.name, codec.decode_input(given)))
        return self.respond(outputs)


class Dga(Model):
    """Knows generated domains by their length, and nothing of those without a name."""

    async def predict(self, payload):
        hosts = StringCodec.decode_input(payload.inputs[0])
        scores = np.array([[len(h) / 20 if h else np.nan] for h in hosts], dtype=np.float64)
        labels = ["dga" if s[0] > 0.5 else "legit" for s in scores]
        return self.respond([StringCodec.encode_output("is_malicious", labels), NumpyCodec.encode_output("score", scores)])


class Broken(Model):
    """Says what it was given, as careless servers do."""

    async def predict(self, payload):
        raise InferenceError(f"cannot work\nwith {payload.inputs[0].data.root}")
