// Package engine answers what the page asks, in JSON, wherever it runs: in the process of
// a server, or compiled to WebAssembly in the browser. It evaluates texts of the person
// who sits before the page, and keeps nothing but what makes the next answer faster.
package engine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/lint"
	"github.com/stellarlang/stellar/stellar/search"
)

// Engine answers requests. It is safe for concurrent use.
type Engine struct {
	env         *stellar.Env
	environment stellar.Options // without an observer
	place       string
	index       func() *search.Index // of the functions

	checking sync.Mutex // of what follows
	linters  map[Mode]*lint.Linter
	whole    *whole // the rule set that was checked the last time

	mu     sync.Mutex // of what follows
	sample messages   // the last one

	sampling sync.Mutex // of what follows
	applied  *applied   // the text that was applied to a sample the last time
}

// Options make an Engine.
type Options struct {
	// Environment is what texts are evaluated in. Its Observer is not told anything: what
	// texts see as null comes with the answers.
	Environment stellar.Options
	// Place says where the engine runs, for people.
	Place string
}

// New returns an engine. It fails as stellar.NewEnv does.
func New(options Options) (*Engine, error) {
	options.Environment.Observer = nil
	env, err := stellar.NewEnv(options.Environment)
	if err != nil {
		return nil, err
	}
	return &Engine{
		env: env, environment: options.Environment, place: options.Place,
		index:   sync.OnceValue(func() *search.Index { return search.New(env.Functions()) }),
		linters: map[Mode]*lint.Linter{Expression: lint.New(env), Rules: lint.New(env)},
	}, nil
}

// Mode says what a text is.
type Mode string

// The modes.
const (
	Expression Mode = "expression" // one, or assignments with :=
	Rules      Mode = "rules"      // a rule set in YAML
)

// Text is what most requests are about.
type Text struct {
	Mode Mode   `json:"mode"`
	Text string `json:"text"`
	// Messages are JSON objects, one after the other or in a list.
	Messages string `json:"messages"`
	// At is the number of the message, from 0, to which the text is applied.
	At int `json:"at"`
	// Offset is the place of the cursor.
	Offset int `json:"offset"`
	// Quick asks of check that an edit within an expression of a rule set be answered by
	// checking that expression alone.
	Quick bool `json:"quick"`
}

// MaxRequest is how many bytes a request has at most.
const MaxRequest = 16 << 20

// methods are what can be asked, by name. A method takes its parameters as JSON and
// returns what is written as JSON.
var methods = map[string]func(e *Engine, ctx context.Context, parameters []byte) (any, error){
	"reference": method((*Engine).reference),
	"search":    method((*Engine).search),
	"check":     method((*Engine).check),
	"complete":  method((*Engine).complete),
	"signature": method((*Engine).signature),
	"hover":     method((*Engine).hover),
	"format":    method((*Engine).format),
	"run":       method((*Engine).run),
	"sample":    method((*Engine).runSample),
	"test":      method((*Engine).test),
}

// method returns a method that reads its parameters.
func method[P, R any](do func(*Engine, context.Context, P) (R, error)) func(*Engine, context.Context, []byte) (any, error) {
	return func(e *Engine, ctx context.Context, parameters []byte) (any, error) {
		var p P
		decoder := json.NewDecoder(bytes.NewReader(parameters))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&p); err != nil {
			return nil, fmt.Errorf("the parameters: %w", err)
		}
		return do(e, ctx, p)
	}
}

// Call answers a request: the JSON of what a method returns, or an error that says what
// is wrong with the request, or that ctx has ended. What is wrong with the text of a
// request is no error, but an answer.
func (e *Engine) Call(ctx context.Context, name string, parameters []byte) (answer []byte, err error) {
	do := methods[name]
	switch {
	case do == nil:
		return nil, fmt.Errorf("there is no method %q, only %s", name, strings.Join(slices.Sorted(maps.Keys(methods)), ", "))
	case len(parameters) > MaxRequest:
		return nil, fmt.Errorf("the request has %d bytes, the limit is %d MiB", len(parameters), MaxRequest>>20)
	}
	result, err := do(e, ctx, parameters)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return json.Marshal(result)
}

// nulls collects failures that expressions see as null, or as another result, each reason once.
type nulls struct {
	mu    sync.Mutex
	texts []string
}

// maxNulls is how many reasons there are at most.
const maxNulls = 20

func (n *nulls) observe(event fn.Event) {
	text := event.Subject
	if event.Function != "" {
		text = event.Function
		if event.Subject != "" {
			text += " of " + event.Subject
		}
		text += " gives " + cmp.Or(event.Gives, "null")
	}
	text = shorten(fmt.Sprintf("%s: %v", text, event.Err), 500)
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.texts) < maxNulls && !slices.Contains(n.texts, text) {
		n.texts = append(n.texts, text)
	}
}

// observed returns an environment whose events are collected.
func (e *Engine) observed() (*stellar.Env, *nulls, error) {
	n := &nulls{}
	options := e.environment
	options.Observer = n.observe
	env, err := stellar.NewEnv(options)
	return env, n, err
}
