//go:build js

// The command wasm is the engine of the page without a server. A worker of the browser
// runs it, and calls the function that it sets.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"syscall/js"

	"github.com/stellarlang/stellar/functions/match"
	"github.com/stellarlang/stellar/functions/useragent"
	"github.com/stellarlang/stellar/repl/console/engine"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

// limits are lower than elsewhere, as nothing else in the worker runs meanwhile and a
// browser has less memory.
var limits = stellar.Limits{Steps: 2_000_000, Memory: 64 << 20}

func main() {
	e, err := engine.New(engine.Options{
		Environment: stellar.Options{Limits: limits, Functions: fn.Join("page", "what the page adds to the language", useragent.Library(), match.Library()).Functions},
		Place:       "in this page",
	})
	if err != nil {
		fmt.Println(err) // on the console of the browser; the functions of the language are right
		return
	}
	call := js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		return answer(e, arguments[0].String(), arguments[1].String())
	})
	js.Global().Set("stellarCall", call)
	js.Global().Call("stellarReady")
	select {}
}

// answer returns a JSON object with the result or the error of a question. A worker
// answers one after the other.
func answer(e *engine.Engine, method, parameters string) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = failure(fmt.Errorf("the engine failed: %v", p))
		}
	}()
	result, err := e.Call(context.Background(), method, []byte(parameters))
	if err != nil {
		return failure(err)
	}
	return `{"result":` + string(result) + `}`
}

func failure(err error) string {
	text, _ := json.Marshal(map[string]string{"error": err.Error()}) // a string can be written
	return string(text)
}
