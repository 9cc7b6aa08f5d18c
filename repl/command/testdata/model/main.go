// Command model is a model for tests: it answers with what it is asked, and its process.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	fmt.Println("the model begins")
	http.HandleFunc("/apply", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"host": %q, "pid": %d}`, r.URL.Query().Get("host"), os.Getpid())
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
	os.Exit(1)
}
