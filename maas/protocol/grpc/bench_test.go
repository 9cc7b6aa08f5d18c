package grpc_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/grpc"
)

// BenchmarkProtocols asks servers that do nothing.
func BenchmarkProtocols(b *testing.B) {
	answers := map[string]string{
		"get": `{"score":0.5}`, "post": `{"score":0.5}`, "tensorflow": `{"predictions":[{"score":0.5}]}`, "mlflow": `{"predictions":[{"score":0.5}]}`,
		"v2": `{"outputs":[{"name":"score","datatype":"FP64","shape":[1,1],"data":[0.5]}]}`,
	}
	model := protocol.Model{Name: "echo", Inputs: []protocol.Tensor{tensor("host", "BYTES", -1, 1)}}
	for _, name := range []string{"get", "post", "v2", "tensorflow", "mlflow", "v2-grpc"} {
		b.Run(name, func(b *testing.B) {
			p, url := protocol.Protocol(newClient(b, grpc.Options{})), ""
			if name == protocol.NameV2GRPC {
				url = serve(b, infer)
			} else {
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					fmt.Fprint(w, answers[name])
				}))
				defer s.Close()
				url, p = s.URL, protocol.All(http.DefaultTransport, 1<<20)[name]
			}
			b.ReportAllocs()
			for b.Loop() {
				_, err := p.Do(b.Context(), call(b, url, model, `{"host": "example.com"}`))
				require.NoError(b, err)
			}
		})
	}
}
