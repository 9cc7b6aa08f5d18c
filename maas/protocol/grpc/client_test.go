package grpc_test

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	rpc "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/grpc"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
	"github.com/stellarlang/stellar/stellar/value"
)

// bytesCodec passes messages on as they are.
type bytesCodec struct{}

func (bytesCodec) Name() string { return "proto" }

func (bytesCodec) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*v.(*[]byte))}, nil
}

func (bytesCodec) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}

type answering func(ctx context.Context, request []byte) ([]byte, error)

// serve runs a server with the one method that is called, and returns its URL.
func serve(t testing.TB, answer answering, o ...rpc.ServerOption) string {
	s := rpc.NewServer(append(o, rpc.ForceServerCodecV2(bytesCodec{}))...)
	s.RegisterService(&rpc.ServiceDesc{
		ServiceName: "inference.GRPCInferenceService", HandlerType: (*any)(nil),
		Methods: []rpc.MethodDesc{{
			MethodName: "ModelInfer",
			Handler: func(_ any, ctx context.Context, decode func(any) error, _ rpc.UnaryServerInterceptor) (any, error) {
				var request []byte
				if err := decode(&request); err != nil {
					return nil, err
				}
				response, err := answer(ctx, request)
				return &response, err
			},
		}},
	}, struct{}{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(s.Stop)
	return "http://" + l.Addr().String()
}

func newClient(t testing.TB, o grpc.Options) *grpc.Client {
	c := grpc.New(o)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func call(t testing.TB, url string, m protocol.Model, args string) *protocol.Call {
	base, err := protocol.ParseURL(url)
	require.NoError(t, err)
	v, err := value.ParseJSONWith([]byte(args), value.JSONOptions{Lenient: true, Frozen: true})
	require.NoError(t, err)
	return &protocol.Call{Base: base, Args: v.Map(), Model: &m}
}

func tensor(name, datatype string, shape ...int64) protocol.Tensor {
	return protocol.Tensor{Name: name, Datatype: datatype, Shape: shape}
}

var oneNumber = protocol.Model{Name: "m", Inputs: []protocol.Tensor{tensor("x", "FP64", -1)}}

// message is a protobuf message as it is read without knowing its type: the fields by
// their numbers, each with what it holds in turn.
type message map[protowire.Number][][]byte

func read(data []byte) (message, error) {
	m := message{}
	for len(data) > 0 {
		number, wire, n := protowire.ConsumeTag(data)
		if n < 0 || wire != protowire.BytesType {
			return nil, fmt.Errorf("the field %d is of the wire type %d", number, wire)
		}
		held, k := protowire.ConsumeBytes(data[n:])
		if k < 0 {
			return nil, protowire.ParseError(k)
		}
		m[number] = append(m[number], held)
		data = data[n+k:]
	}
	return m, nil
}

func one(m message, n protowire.Number) string {
	if len(m[n]) != 1 {
		return ""
	}
	return string(m[n][0])
}

func bytesField(dst []byte, n protowire.Number, data string) []byte {
	return protowire.AppendString(protowire.AppendTag(dst, n, protowire.BytesType), data)
}

var elementSizes = map[string]int{
	"BOOL": 1, "UINT8": 1, "INT8": 1, "UINT16": 2, "INT16": 2, "FP16": 2, "UINT32": 4, "INT32": 4, "FP32": 4, "UINT64": 8, "INT64": 8, "FP64": 8,
}

// infer has the models echo, dga and broken of servertest/mlserver/runtime.py, and takes
// nothing but what open_inference_grpc.proto has.
func infer(_ context.Context, data []byte) ([]byte, error) {
	request, err := read(data)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	for n := range request {
		if !slices.Contains([]protowire.Number{1, 2, 5, 6, 7}, n) {
			return nil, status.Errorf(codes.InvalidArgument, "the field %d", n)
		}
	}
	name, version, raw := one(request, 1), one(request, 2), request[7]
	if !slices.Contains([]string{"echo", "dga", "broken"}, name) {
		return nil, status.Errorf(codes.NotFound, "Model %s not found", name)
	}
	if version != "" && version != "1" {
		return nil, status.Errorf(codes.NotFound, "Model %s with version %s not found", name, version)
	}
	if len(raw) != len(request[5]) || len(raw) == 0 {
		return nil, status.Errorf(codes.InvalidArgument, "%d inputs, raw contents of %d", len(request[5]), len(raw))
	}
	outputs, outputRaw := request[5], raw // an input tensor is an output tensor
	for n, input := range request[5] {
		tensor, err := read(input)
		if err != nil {
			return nil, status.Error(codes.InvalidArgument, err.Error())
		}
		elements := uint64(1)
		for shape := []byte(one(tensor, 3)); len(shape) > 0; {
			size, n := protowire.ConsumeVarint(shape)
			elements, shape = elements*size, shape[n:]
		}
		size, ok := elementSizes[one(tensor, 2)]
		if one(tensor, 1) == "" || one(tensor, 3) == "" || len(tensor) != 3 || !ok && one(tensor, 2) != "BYTES" || ok && elements*uint64(size) != uint64(len(raw[n])) {
			return nil, status.Errorf(codes.InvalidArgument, "the input %d is malformed", n)
		}
	}
	switch name {
	case "broken":
		return nil, status.Errorf(codes.InvalidArgument, "cannot work\nwith [%d]", int64(binary.LittleEndian.Uint64(raw[0])))
	case "dga":
		var labels, scores []byte
		rows := 0
		for rest := raw[0]; len(rest) > 0; rows++ {
			length := binary.LittleEndian.Uint32(rest)
			rest = rest[4+length:]
			score, label := math.NaN(), "legit"
			if length > 0 {
				score = float64(length) / 20
			}
			if length > 10 {
				label = "dga"
			}
			labels = append(binary.LittleEndian.AppendUint32(labels, uint32(len(label))), label...)
			scores = binary.LittleEndian.AppendUint64(scores, math.Float64bits(score))
		}
		outputs, outputRaw = [][]byte{output("is_malicious", "BYTES", rows, 1), output("score", "FP64", rows, 1)}, [][]byte{labels, scores}
	}
	response := bytesField(bytesField(nil, 1, name), 2, "1")
	for n, o := range outputs {
		tensor, _ := read(o)
		wanted := func(of []byte) bool { asked, err := read(of); return err == nil && one(asked, 1) == one(tensor, 1) }
		if len(request[6]) == 0 || slices.ContainsFunc(request[6], wanted) {
			response = bytesField(response, 5, string(o))
			response = bytesField(response, 6, string(outputRaw[n]))
		}
	}
	return response, nil
}

// output returns an InferOutputTensor without contents.
func output(name, datatype string, shape ...int) []byte {
	var sizes []byte
	for _, size := range shape {
		sizes = protowire.AppendVarint(sizes, uint64(size))
	}
	return bytesField(bytesField(bytesField(nil, 1, name), 2, datatype), 3, string(sizes))
}

// TestInference runs what the tests with MLServer run.
func TestInference(t *testing.T) {
	url := serve(t, infer)
	client := newClient(t, grpc.Options{})
	halves := servertest.Case{
		Name:  "FP16",
		Model: protocol.Model{Name: "echo", Inputs: []protocol.Tensor{tensor("x", "FP16", -1, 4), tensor("y", "FP32", -1)}},
		Args:  []string{`{"x": [0.1, 65504, -5.960464477539063e-8, -Infinity], "y": 0.1}`},
		Want:  []string{"{x=[0.0999755859375, 65504.0, -5.960464477539063E-8, -Infinity], y=0.10000000149011612}"},
	}
	for _, c := range slices.Concat(servertest.Inference, servertest.NaN, []servertest.Case{halves}) {
		t.Run(c.Name, func(t *testing.T) { c.Run(t, client, url) })
	}
}

func TestRefusedCalls(t *testing.T) {
	client := newClient(t, grpc.Options{})
	for want, change := range map[string]func(*protocol.Call){
		"by the protocol v2-grpc a model has only the function apply":           func(c *protocol.Call) { c.Path = "explain" },
		"the URL of an instance that is asked by v2-grpc must have no path":     func(c *protocol.Call) { c.Base = c.Base.JoinPath("a") },
		`the argument "x" is no input of the model; declared are "y"`:           func(c *protocol.Call) { c.Model = &protocol.Model{Inputs: []protocol.Tensor{tensor("y", "FP64")}} },
		`this protocol needs the inputs of the model to be declared`:            func(c *protocol.Call) { c.Model = &protocol.Model{} },
		"the arguments take 16777243 bytes, at most 16777216 are allowed":       func(c *protocol.Call) { c.Model, c.Args = large() },
		`the input "x": a number beyond the range of FP16; it is declared as F`: func(c *protocol.Call) { c.Model, c.Args = tooLargeForHalf() },
	} {
		c := call(t, "http://localhost:1", oneNumber, `{"x": 1}`)
		change(c)
		_, err := client.Do(t.Context(), c)
		require.ErrorIs(t, err, protocol.ErrRequest)
		require.ErrorContains(t, err, want)
	}
}

func large() (*protocol.Model, *value.Map) {
	return &protocol.Model{Name: "m", Inputs: []protocol.Tensor{tensor("x", "BYTES")}},
		value.NewMap(1).Put(value.String("x"), value.String(strings.Repeat("a", 16<<20)))
}

func tooLargeForHalf() (*protocol.Model, *value.Map) {
	return &protocol.Model{Inputs: []protocol.Tensor{tensor("x", "FP16")}}, value.NewMap(1).Put(value.String("x"), value.Int(65505))
}

// TestStatuses: the code of a failure decides whether the instance is to blame, and
// whether the call is tried again.
func TestStatuses(t *testing.T) {
	for code, want := range map[codes.Code]int{
		codes.InvalidArgument: 400, codes.FailedPrecondition: 400, codes.OutOfRange: 400, codes.Unauthenticated: 401, codes.PermissionDenied: 403,
		codes.NotFound: 404, codes.AlreadyExists: 409, codes.Aborted: 409, codes.ResourceExhausted: 429, codes.Canceled: 499,
		codes.Internal: 500, codes.Unknown: 500, codes.DataLoss: 500, codes.Unimplemented: 501, codes.Unavailable: 503, codes.DeadlineExceeded: 504,
	} {
		url := serve(t, func(context.Context, []byte) ([]byte, error) { return nil, status.Error(code, "no 12345\nfor you") })
		_, err := newClient(t, grpc.Options{}).Do(t.Context(), call(t, url, oneNumber, `{"x": 12345}`))
		var failed *protocol.StatusError
		require.ErrorAs(t, err, &failed, code)
		require.Equal(t, want, failed.Code, code)
		require.Equal(t, "no … for you", failed.Message)
	}
}

// TestFailuresOfTheWay have no status of the server.
func TestFailuresOfTheWay(t *testing.T) {
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, nobody.Close())
	website := httptest.NewUnstartedServer(http.NotFoundHandler())
	website.Config.Protocols = new(http.Protocols)
	website.Config.Protocols.SetUnencryptedHTTP2(true)
	website.Start()
	defer website.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	wide := serve(t, func(context.Context, []byte) ([]byte, error) { return make([]byte, 2<<20), nil })
	for name, test := range map[string]struct{ url, want string }{
		"nobody listens": {"http://" + nobody.Addr().String(), "connection refused"},
		"HTTP/2 website": {website.URL, "unusable response: unexpected HTTP status code received from server: 404 (Not Found)"},
		"HTTP/1 website": {plain.URL, "error reading server preface"},
		"no TLS there":   {strings.Replace(plain.URL, "http:", "https:", 1), "authentication handshake failed"},
		"too large":      {wide, "unusable response: received message larger than max (2097152 vs. 1048576)"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newClient(t, grpc.Options{}).Do(t.Context(), call(t, test.url, oneNumber, `{"x": 1}`))
			require.ErrorContains(t, err, test.want)
			var failed *protocol.StatusError
			require.False(t, errors.As(err, &failed))
		})
	}
}

func TestCallsEndWithTheirContext(t *testing.T) {
	url := serve(t, func(ctx context.Context, _ []byte) ([]byte, error) { <-ctx.Done(); return nil, ctx.Err() })
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
	require.NoError(t, err)
	defer silent.Close()
	client := newClient(t, grpc.Options{})
	for _, url := range []string{url, "http://" + silent.Addr().String()} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		start := time.Now()
		_, err := client.Do(ctx, call(t, url, oneNumber, `{"x": 1}`))
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Less(t, time.Since(start), 2*time.Second)
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		_, err = client.Do(ctx, call(t, url, oneNumber, `{"x": 1}`))
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestTLS(t *testing.T) {
	website := httptest.NewTLSServer(nil) // has a certificate
	defer website.Close()
	url := serve(t, infer, rpc.Creds(credentials.NewServerTLSFromCert(&website.TLS.Certificates[0])))
	url = strings.Replace(url, "http:", "https:", 1)
	model := protocol.Model{Name: "echo", Inputs: oneNumber.Inputs}
	_, err := newClient(t, grpc.Options{}).Do(t.Context(), call(t, url, model, `{"x": 1}`))
	require.ErrorContains(t, err, "certificate signed by unknown authority")
	settings := website.Client().Transport.(*http.Transport).TLSClientConfig
	answer, err := newClient(t, grpc.Options{TLS: &tls.Config{RootCAs: settings.RootCAs, ServerName: "example.com"}}).Do(t.Context(), call(t, url, model, `{"x": 1}`))
	require.NoError(t, err)
	require.Equal(t, "{x=1.0}", answer.String())
}

// listener counts the connections that are open.
type listener struct {
	net.Listener
	open *atomic.Int64
}

type counted struct {
	net.Conn
	close func()
}

func (c counted) Close() error { c.close(); return c.Conn.Close() }

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.open.Add(1)
	return counted{c, sync.OnceFunc(func() { l.open.Add(-1) })}, nil
}

func TestConnections(t *testing.T) {
	var open atomic.Int64
	held, leave := make(chan struct{}), make(chan struct{})
	var urls []string
	for range 4 {
		s := rpc.NewServer(rpc.ForceServerCodecV2(bytesCodec{}), rpc.UnknownServiceHandler(func(_ any, s rpc.ServerStream) error {
			var request []byte
			if err := s.RecvMsg(&request); err != nil {
				return err
			}
			if strings.Contains(string(request), "wait") {
				held <- struct{}{}
				<-leave
			}
			response := bytesField(nil, 5, string(output("y", "BYTES", 0)))
			return s.SendMsg(&response)
		}))
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		go func() { _ = s.Serve(listener{l, &open}) }()
		t.Cleanup(s.Stop)
		urls = append(urls, "http://"+l.Addr().String())
	}
	model := protocol.Model{Name: "m", Inputs: []protocol.Tensor{tensor("x", "BYTES", -1)}}
	openNow := func(n int64) {
		t.Helper()
		require.Eventually(t, func() bool { return open.Load() == n }, 10*time.Second, time.Millisecond)
	}

	client := newClient(t, grpc.Options{Connections: 2})
	for n := range 12 { // each makes room for itself
		answer, err := client.Do(t.Context(), call(t, urls[n%4], model, `{"x": "a"}`))
		require.NoError(t, err)
		require.Equal(t, "{y=[]}", answer.String())
	}
	openNow(2)
	failures := make(chan error, 2)
	for n := range 2 {
		go func() {
			_, err := client.Do(t.Context(), call(t, urls[n], model, `{"x": "wait"}`))
			failures <- err
		}()
		<-held
	}
	_, err := client.Do(t.Context(), call(t, urls[2], model, `{"x": "a"}`))
	require.ErrorIs(t, err, protocol.ErrRequest)
	require.ErrorContains(t, err, "all 2 connections are in use")
	_, err = client.Do(t.Context(), call(t, urls[0], model, `{"x": "a"}`))
	require.NoError(t, err, "calls share a connection")
	close(leave)
	require.NoError(t, <-failures)
	require.NoError(t, <-failures)
	require.NoError(t, client.Close())
	openNow(0)
	_, err = client.Do(t.Context(), call(t, urls[0], model, `{"x": "a"}`))
	require.ErrorContains(t, err, "the protocol v2-grpc is closed")

	client = newClient(t, grpc.Options{IdleTime: 50 * time.Millisecond})
	for range 2 { // closed when idle, and made again
		_, err = client.Do(t.Context(), call(t, urls[3], model, `{"x": "a"}`))
		require.NoError(t, err)
		openNow(0)
	}
}

// TestRecovery: an instance that is back is asked again soon.
func TestRecovery(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	client := newClient(t, grpc.Options{})
	c := call(t, "http://"+address, protocol.Model{Name: "m", Inputs: []protocol.Tensor{tensor("x", "BYTES", -1)}}, `{"x": "a"}`)
	for range 5 {
		_, err = client.Do(t.Context(), c)
		require.Error(t, err)
	}
	l, err = net.Listen("tcp", address)
	require.NoError(t, err)
	s := rpc.NewServer()
	go func() { _ = s.Serve(l) }()
	defer s.Stop()
	start := time.Now()
	require.Eventually(t, func() bool {
		_, err := client.Do(t.Context(), c)
		var failed *protocol.StatusError
		return errors.As(err, &failed) && failed.Code == http.StatusNotImplemented
	}, 10*time.Second, 5*time.Millisecond)
	require.Less(t, time.Since(start), 2*time.Second)
}
