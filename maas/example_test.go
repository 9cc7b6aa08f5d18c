package maas_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/value"
)

// A model is a service that answers GET requests with a JSON object. Here one
// is registered, found and asked as MAAS_GET_ENDPOINT and MAAS_MODEL_APPLY do.
func Example() {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		verdict := "legit"
		if len(r.FormValue("host")) > 12 {
			verdict = "dga"
		}
		fmt.Fprintf(w, `{"is_malicious": %q}`, verdict)
	}))
	defer model.Close()

	registry, err := maas.NewMemory(maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: model.URL})
	if err != nil {
		fmt.Println(err)
		return
	}
	client := maas.NewClient(registry, maas.Options{})
	defer client.Close()

	args := value.NewMap(1).Put(value.String("host"), value.String("qzxkvjwpfhbn1.example"))
	for range 2 {
		answer, err := client.Call(context.Background(), maas.Request{Model: "dga", Args: args})
		fmt.Println(answer, err)
	}
	fmt.Println(client.Statistics().Requests, "request")
	// Output:
	// {is_malicious=dga} <nil>
	// {is_malicious=dga} <nil>
	// 1 request
}
