package stream_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/stream"
)

// Rules are applied to messages in memory, up to 64 at the same time, so that calls of
// models overlap. The results come in the order of the messages.
func ExampleOverlap() {
	env, err := stellar.NewEnv(stellar.Options{}) // with the functions of package maas, to ask models
	if err != nil {
		fmt.Println(err)
		return
	}
	set, _, err := rules.Compile(context.Background(), env, script.Parse("sizes.stellar", []byte("big := bytes > 1000")))
	if err != nil {
		fmt.Println(err)
		return
	}
	messages := []string{`{"bytes":20}`, `{"bytes":"many"}`, `{"bytes":3000}`, `bytes=4000`}

	type result struct {
		text string
		err  error
	}
	apply := func(ctx context.Context, text string) result {
		message, err := rules.ParseMessage([]byte(text))
		if err != nil {
			return result{text, err}
		}
		_, err = set.Apply(ctx, message)
		return result{string(message.AppendJSON(nil)), err}
	}
	for r := range stream.Overlap(context.Background(), 64, slices.Values(messages), apply) {
		fmt.Println(r.text)
		if r.err != nil {
			fmt.Println("  ", r.err)
		}
	}
	// Output:
	// {"bytes":20,"big":false}
	// {"bytes":"many","stellar_errors":["sizes.stellar:1:8: type error: > cannot order the string 'many' and the int 1000 (with bytes = 'many')"]}
	//    sizes.stellar:1:8: type error: > cannot order the string 'many' and the int 1000 (with bytes = 'many')
	// {"bytes":3000,"big":true}
	// bytes=4000
	//    a JSON object is wanted, and this is no JSON: it begins with 'b'
}
