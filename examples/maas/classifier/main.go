// Command classifier is a model that says whether a domain name was generated: by a rule
// of thumb, or, with the argument trained, by the classifier of examples/dga. All that a
// controller of models asks of it is to listen on the port that PORT names.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/stellarlang/stellar/examples/dga/model"
)

func main() {
	classify := ruleOfThumb
	if len(os.Args) > 1 && os.Args[1] == "trained" {
		training, heldOut := model.Examples()
		c := model.Train(training)
		fmt.Printf("trained; right about %.1f %% of names it has not seen\n", 100*c.Accuracy(heldOut))
		classify = func(host string) string { return string(c.Classify(host)) }
	}
	http.HandleFunc("/apply", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{
			"is_malicious": classify(r.URL.Query().Get("host")), "version": os.Getenv("MODEL_VERSION"), "process": os.Getpid(),
		})
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
	os.Exit(1)
}

// ruleOfThumb takes long names for generated ones.
func ruleOfThumb(host string) string {
	labels := strings.Split(host, ".")
	const long = 11
	if len(labels) > 1 && len(labels[len(labels)-2]) > long {
		return "dga"
	}
	return "legit"
}
