// Package grpc asks models by the gRPC form of the Open Inference Protocol, which KServe,
// MLServer, Triton and others speak. It stands apart from package protocol so that only
// programs that want it link a gRPC client:
//
//	client := grpc.New(grpc.Options{})
//	defer client.Close()
//	models := maas.NewClient(registry, maas.Options{
//		Protocols: map[string]protocol.Protocol{protocol.NameV2GRPC: client},
//	})
//
// Messages are written and read here, field by field. There is no generated code, as every
// server's copy of it claims the same protobuf package, and two of these in one program
// panic when it starts.
package grpc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options configure a Client. A zero field means its default.
type Options struct {
	ResponseSize int64 // bytes of a message that is received; 1 MiB
	// Connections is how many instances are connected to at a time; 1024. A call of
	// one more takes the place of one that is not in use, or fails.
	Connections int
	// IdleTime is how long a connection without calls stays; 90 s.
	IdleTime time.Duration
	// TLS configures the connections to instances with URLs of https.
	TLS *tls.Config
}

func (o Options) withDefaults() Options {
	if o.ResponseSize <= 0 {
		o.ResponseSize = 1 << 20
	}
	if o.Connections <= 0 {
		o.Connections = 1024
	}
	if o.IdleTime <= 0 {
		o.IdleTime = 90 * time.Second
	}
	return o
}

// Client is the protocol protocol.NameV2GRPC. The inputs of the model must be declared.
// A URL of http means HTTP/2 without TLS, one of https with it; neither may have a path.
// Call.Path may be only protocol.DefaultFunction or empty. Unlike JSON, the messages have
// all numbers, FP16, NaN and infinities included.
//
// The status of a failure is the one of HTTP that is usual for the code of gRPC.
type Client struct {
	options     Options
	connections connections
}

var _ protocol.Batcher = (*Client)(nil)

// New returns a client without connections.
func New(o Options) *Client {
	o = o.withDefaults()
	return &Client{options: o, connections: connections{options: o}}
}

// Close closes all connections. Calls under way and later ones fail.
func (c *Client) Close() error { return c.connections.close() }

// Do sends one call.
func (c *Client) Do(ctx context.Context, call *protocol.Call) (value.Value, error) {
	answers, err := c.DoBatch(ctx, call, []*value.Map{call.Args})
	if err != nil {
		return value.Null, err
	}
	return answers[0], nil
}

// inferMethod is the method of the service that asks a model.
const inferMethod = "/inference.GRPCInferenceService/ModelInfer"

// maxRequest bounds the messages that are sent, in bytes.
const maxRequest = 16 << 20

// DoBatch sends calls as one.
func (c *Client) DoBatch(ctx context.Context, call *protocol.Call, args []*value.Map) ([]value.Value, error) {
	if path := strings.Trim(call.Path, "/"); path != "" && path != protocol.DefaultFunction {
		return nil, fmt.Errorf("%w: by the protocol %s a model has only the function %s", protocol.ErrRequest, protocol.NameV2GRPC, protocol.DefaultFunction)
	}
	inputs, err := call.Bind(args)
	if err != nil {
		return nil, err
	}
	request := appendRequest(nil, call.Model, inputs)
	if len(request) > maxRequest {
		return nil, fmt.Errorf("%w: the arguments take %d bytes, at most %d are allowed", protocol.ErrRequest, len(request), maxRequest)
	}
	connection, err := c.connections.use(call.Base)
	if err != nil {
		return nil, err
	}
	defer c.connections.release(connection)
	call.Sent, call.Address = int64(len(request)), protocol.Address(call.Base, inferMethod)
	var response []byte
	var answered atomic.Bool
	err = connection.Invoke(context.WithValue(ctx, answeredKey{}, &answered), inferMethod, request, &response)
	if err != nil {
		return nil, failure(ctx, err, answered.Load(), args)
	}
	call.Received = int64(len(response))
	memory := protocol.MemoryFor(c.options.ResponseSize)
	outputs, err := parseResponse(response, memory)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", protocol.ErrResponse, err)
	}
	return call.Answers(outputs, len(args), memory)
}

// failure returns the error of a call. The client's own failures have statuses too: they
// are told from those of the server by whether it has answered.
func failure(ctx context.Context, err error, answered bool, args []*value.Map) error {
	s := status.Convert(err)
	said := protocol.NewStatusError(httpStatus(s.Code()), s.Message(), args...)
	switch {
	case strings.HasPrefix(s.Message(), tooLarge):
		return fmt.Errorf("%w: %s", protocol.ErrResponse, strings.TrimPrefix(s.Message(), "grpc: "))
	case ctx.Err() != nil:
		return ctx.Err()
	case s.Code() == codes.DeadlineExceeded && isDue(ctx):
		return context.DeadlineExceeded
	case answered:
		return said
	case s.Code() == codes.Unavailable, s.Code() == codes.Canceled:
		return errors.New(said.Message)
	}
	return fmt.Errorf("%w: %s", protocol.ErrResponse, said.Message)
}

// isDue reports whether the deadline of a call is near. Servers are told of it, so that
// they may be first to say that it is over.
func isDue(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < dueTime
}

const dueTime = 50 * time.Millisecond

// tooLarge begins the message of the client about a message that is larger than allowed.
const tooLarge = "grpc: received message larger than max"

// httpStatus returns the status of HTTP that is usual for a code.
func httpStatus(c codes.Code) int {
	switch c {
	case codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange:
		return http.StatusBadRequest
	case codes.Unauthenticated:
		return http.StatusUnauthorized
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.NotFound:
		return http.StatusNotFound
	case codes.AlreadyExists, codes.Aborted:
		return http.StatusConflict
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.Canceled:
		return 499
	case codes.Unimplemented:
		return http.StatusNotImplemented
	case codes.Unavailable:
		return http.StatusServiceUnavailable
	case codes.DeadlineExceeded:
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}

// codec passes messages on as they are.
type codec struct{}

func (codec) Name() string { return "proto" }

func (codec) Marshal(message any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(message.([]byte))}, nil
}

func (codec) Unmarshal(data mem.BufferSlice, message any) error {
	*message.(*[]byte) = data.Materialize()
	return nil
}

// answeredKey is that of an *atomic.Bool which the observer sets when the server has ended
// a call.
type answeredKey struct{}

// observer notes which calls servers have ended.
type observer struct{}

func (observer) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (observer) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (observer) HandleConn(context.Context, stats.ConnStats)                       {}

func (observer) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if _, ended := event.(*stats.InTrailer); ended {
		if answered, ok := ctx.Value(answeredKey{}).(*atomic.Bool); ok {
			answered.Store(true)
		}
	}
}
