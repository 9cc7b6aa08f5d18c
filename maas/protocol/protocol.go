// Package protocol says how instances of models are asked. Each protocol turns named
// arguments into a request, and the answer into a map. The release of a model in the
// registry names its protocol:
//
//	name        servers                    a request                         arguments
//	get         any, in a few lines        GET  PATH?NAME=VALUE&…            scalars
//	post        any, in a few lines        POST PATH with a JSON object      what JSON has
//	v2          KServe, MLServer, Triton   POST /v2/models/MODEL/infer       declared inputs
//	v2-grpc     the same, by package grpc  ModelInfer                        declared inputs
//	tensorflow  TensorFlow Serving,        POST /v1/models/MODEL:predict     declared inputs,
//	            KServe                                                       or what JSON has
//	mlflow      MLflow                     POST /invocations                 declared inputs,
//	                                                                         or what JSON has
//
// All but the first two can send several calls as one.
//
// # Inputs
//
// A declared input has a name, a datatype and a shape, which arguments must fit: an
// argument that is no input, an input without argument, a number out of range and a list
// of another length are errors that wrap ErrRequest. Null is no number. A first dimension
// of -1 is that of the calls. An argument has the others:
//
//	declared         an argument           sent for one call    sent for two
//	BYTES [-1]       'a'                   [1]: a               [2]: a b
//	FP32  [-1,1]     0.5                   [1,1]: 0.5           [2,1]: 0.5 0.7
//	FP32  [-1,2]     [1, 2]                [1,2]: 1 2           [2,2]: 1 2 3 4
//	INT64 [2,2]      [[1, 2], [3, 4]]      [2,2]: 1 2 3 4       each alone
//	BOOL             true                  [1]: true            each alone
//
// # Answers
//
// The answer is a map of outputs by name: those that are declared, or else all. An output
// with one element is this element, others are lists. What servers leave without a name
// is called by the only output that is declared, or else predictions. NaN and infinite
// numbers are taken where servers write these, null too where a number is declared.
package protocol

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/stellarlang/stellar/stellar/value"
)

// Protocol is a way to ask instances. It is safe for concurrent use.
type Protocol interface {
	// Do sends a call and returns the answer, a frozen map. Errors wrap ErrRequest,
	// ErrResponse, a *StatusError, an error of the transport, or that of ctx. They
	// hold neither arguments nor queries, which may be secret.
	Do(ctx context.Context, c *Call) (value.Value, error)
}

// Batcher is a protocol that can send several calls as one.
type Batcher interface {
	Protocol
	// DoBatch sends a call for each of the arguments, in place of those of the call,
	// and returns as many answers. It fails as a whole, as Do does.
	DoBatch(ctx context.Context, c *Call, args []*value.Map) ([]value.Value, error)
}

// Call is a question to an instance.
type Call struct {
	Base *url.URL // of the instance, from ParseURL; not changed
	// Path is that of the function, below Base; it may have a query. Protocols that have
	// paths of their own say what they make of it.
	Path string
	Args *value.Map // names and values; nil for none. It is frozen.

	// What protocols need that name the model to the server, and send tensors.
	*Model

	// Sent and Received are set by Do to the bytes of the request's body or query and
	// of the answer's body.
	Sent, Received int64

	// Address is set by Do to where the request went, as it may be logged; empty if it
	// was not sent.
	Address string
}

// Model is what protocols need to know of a model. It does not change.
type Model struct {
	Name    string   // as the server has it
	Version string   // as the server has it; empty asks for none
	Inputs  []Tensor // that are declared
	Outputs []Tensor // that are declared; none leaves the answer as it is
}

// The names of protocols, as registries have them.
const (
	NameGET        = "get"
	NamePOST       = "post"
	NameV2         = "v2"
	NameV2GRPC     = "v2-grpc"
	NameTensorFlow = "tensorflow"
	NameMLflow     = "mlflow"
)

// DefaultFunction is the function of a model that is asked when an expression names none.
const DefaultFunction = "apply"

// All returns the protocols of this package by their names, which share a transport.
// Responses have at most so many bytes.
func All(transport http.RoundTripper, responseSize int64) map[string]Protocol {
	h := HTTP{Transport: transport, ResponseSize: responseSize}
	return map[string]Protocol{
		NameGET: GET{h}, NamePOST: POST{h}, NameV2: V2{h}, NameTensorFlow: TensorFlow{h}, NameMLflow: MLflow{h},
	}
}

// ErrRequest is wrapped by the errors of requests that cannot be sent.
var ErrRequest = errors.New("request cannot be sent")

// ErrResponse is wrapped by the errors of answers that are of no use: too
// large, or not of the form that the protocol has.
var ErrResponse = errors.New("unusable response")
