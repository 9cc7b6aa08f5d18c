// Package ruletest runs the tests of rule sets: it applies the rules to the messages of
// each test, with functions that are not called and a clock that stands if the test says
// so, and compares what comes of it with what is expected. It also finds out which rules
// and which parts of conditions no test has seen both true and false.
package ruletest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/sample"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options say how tests are run.
type Options struct {
	// Environment is what the rules are compiled against. Its Observer is told nothing:
	// what expressions see as null comes with the results.
	Environment stellar.Options
	// Variables are seen below the fields of messages.
	Variables stellar.Resolver
	// Timeout bounds each test. 0 means 10 seconds.
	Timeout time.Duration
	// Select reports whether a test is run. Nil runs all.
	Select func(name string) bool
	// Coverage asks for the coverage of rules and conditions, which makes the tests
	// slower.
	Coverage bool
	// Open opens files of messages. Nil means os.Open.
	Open func(name string) (io.ReadCloser, error)
}

// Report is what came of the tests of a set.
type Report struct {
	Results  []Result
	Coverage *Coverage // nil unless it was asked for
}

// Result is what came of a test.
type Result struct {
	Test     *yaml.Test
	Outcome  Outcome
	Failures []Failure // up to some
	More     int       // other failures
	// Nulls are the failures that expressions saw as null, which may explain others.
	Nulls    []fn.Event
	Messages int // to which the rules were applied
	Duration time.Duration
	// Expected are the rules that the test expects to be true.
	Expected []*yaml.Description
}

// Outcome is how a test ended.
type Outcome uint8

// The outcomes.
const (
	Passed Outcome = iota
	Failed
	Skipped
)

var outcomeNames = [...]string{Passed: "passed", Failed: "failed", Skipped: "skipped"}

// String returns "passed", "failed" or "skipped".
func (o Outcome) String() string { return outcomeNames[o] }

// Failure is something that is not as it was expected.
type Failure struct {
	// Message is the number of the message, from 1; 0 if the failure is of none.
	Message int
	// What differs, such as "field domain", "score" or "rules".
	What string
	// Expected and Got are for people. Without them, What says all.
	Expected, Got string
}

// String returns the failure in one line.
func (f Failure) String() string {
	if f.Expected == "" && f.Got == "" {
		return f.What
	}
	return fmt.Sprintf("%s: expected %s, got %s", f.What, f.Expected, f.Got)
}

// maxFailures and maxNulls bound what is kept of a test.
const (
	maxFailures = 10
	maxNulls    = 10
)

const usualTimeout = 10 * time.Second

// runner runs the tests of a set.
type runner struct {
	Options
	set      *yaml.RuleSet
	compiled *rules.Set
	env      *stellar.Env // without mocks
	about    map[*rules.TriageRule]*yaml.Description
	now      atomic.Pointer[time.Time] // nil for the true time
	coverage *Coverage

	mu    sync.Mutex
	nulls []fn.Event
}

// Run runs the tests of a set. If the rules cannot be applied, the error is a diag.List;
// otherwise it fails only when ctx ends, or if the environment is wrong.
func Run(ctx context.Context, options Options, set *yaml.RuleSet) (*Report, error) {
	r := &runner{Options: options, set: set, about: describe(set)}
	if r.Timeout == 0 {
		r.Timeout = usualTimeout
	}
	if r.Open == nil {
		r.Open = func(name string) (io.ReadCloser, error) { return os.Open(name) }
	}
	env, err := r.environment()
	if err != nil {
		return nil, err
	}
	parsed := set.Parsed
	parsed.Functions = nil // env has them
	r.compiled, _, err = rules.Compile(ctx, env, parsed)
	if err != nil {
		return nil, err
	}
	if r.Coverage {
		r.coverage = newCoverage(env, set)
	}
	report := &Report{Coverage: r.coverage}
	for i := range set.Tests {
		if r.Select != nil && !r.Select(set.Tests[i].Name) {
			continue
		}
		result := r.test(ctx, &set.Tests[i])
		if ctx.Err() != nil {
			return nil, fmt.Errorf("the tests were called off: %w", ctx.Err())
		}
		report.Results = append(report.Results, result)
	}
	return report, nil
}

// describe returns the descriptions of the rules of a set.
func describe(set *yaml.RuleSet) map[*rules.TriageRule]*yaml.Description {
	about := map[*rules.TriageRule]*yaml.Description{}
	for _, step := range set.Steps {
		if triage, ok := step.(*rules.Triage); ok && len(triage.Rules) == len(set.Rules) {
			for i := range triage.Rules {
				about[&triage.Rules[i]] = &set.Rules[i]
			}
		}
	}
	return about
}

// test runs a test. One that does not end is left to itself.
func (r *runner) test(ctx context.Context, t *yaml.Test) Result {
	result := Result{Test: t, Expected: r.expected(t)}
	if t.Skip != "" {
		result.Outcome = Skipped
		return result
	}
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	r.begin(t)
	begun := time.Now()
	run := &running{runner: r, test: t, ctx: withMocks(ctx, t), coverage: r.coverage.begin()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		run.messages()
	}()
	grace := time.NewTimer(r.Timeout + r.Timeout/10 + 100*time.Millisecond)
	defer grace.Stop()
	select {
	case <-done:
		result.Failures, result.More, result.Messages = run.failures, run.more, run.number
		r.coverage.add(run.coverage, r.about)
	case <-grace.C:
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		result.Failures = append(result.Failures, Failure{What: fmt.Sprintf("the test has not ended within %v", r.Timeout)})
	}
	if len(result.Failures) > 0 {
		result.Outcome = Failed
	}
	result.Duration = time.Since(begun)
	r.mu.Lock()
	defer r.mu.Unlock()
	result.Nulls = r.nulls
	return result
}

// begin prepares for a test.
func (r *runner) begin(t *yaml.Test) {
	r.now.Store(nil)
	if !t.Now.IsZero() {
		r.now.Store(&t.Now)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nulls = nil
}

// running is a test under way, in a goroutine of its own.
type running struct {
	*runner
	test     *yaml.Test
	ctx      context.Context
	coverage *seen // nil if it was not asked for

	number   int // of the message
	failures []Failure
	more     int
	hits     []rules.Hit // of the message
}

// fail takes note of a failure.
func (r *running) fail(f Failure) {
	if len(r.failures) == maxFailures {
		r.more++
		return
	}
	f.Message = r.number
	r.failures = append(r.failures, f)
}

// failed is fail for what no message has to do with.
func (r *running) failed(format string, values ...any) {
	r.fail(Failure{What: fmt.Sprintf(format, values...)})
}

// messages applies the rules to all messages of the test.
func (r *running) messages() {
	for _, m := range r.test.Mocks {
		switch f, suggestion := r.env.Lookup(m.Function); {
		case f != nil:
		case suggestion != "" && !strings.Contains(suggestion, " "):
			r.failed("mock: there is no function %s; did you mean %s?", m.Function, suggestion)
		default:
			r.failed("mock: there is no function %s", m.Function)
		}
	}
	listener := rules.Listener{Hit: func(h rules.Hit) {
		r.hits = append(r.hits, h)
		if r.coverage != nil {
			r.coverage.hits[h.Rule]++
		}
	}}
	if r.coverage != nil {
		listener.Evaluated = r.coverage.evaluated
	}
	set, err := r.compiled.With(rules.Options{Variables: r.Variables, Listener: listener})
	if err != nil {
		r.failed("%v", err)
		return
	}
	for _, text := range r.test.Messages {
		m, err := rules.ParseMessage([]byte(text))
		r.number++
		if err != nil {
			r.failed("message: %v", err)
			continue
		}
		r.message(set, m)
	}
	if r.test.Sample == "" {
		return
	}
	if err := r.sample(set); err != nil && r.ctx.Err() == nil {
		r.failed("%s: %v", r.test.Sample, err)
	}
}

// sample applies the rules to the messages of a file.
func (r *running) sample(set *rules.Set) error {
	f, err := r.Open(r.test.Sample)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // nothing was written
	found := 0
	err = sample.Read(r.ctx, f, func(number int, m *rules.Message) error {
		found = number
		if r.test.At != 0 && number != r.test.At {
			return nil
		}
		r.number = number
		r.message(set, m)
		if number == r.test.At {
			return sample.ErrEnough
		}
		return nil
	})
	if err == nil && found < max(r.test.At, 1) {
		err = fmt.Errorf("the file has %d messages", found)
	}
	return err
}

// message applies the rules to a message, and compares.
func (r *running) message(set *rules.Set, m *rules.Message) {
	before, err := rules.ParseMessage(m.AppendJSON(nil))
	if err != nil {
		r.failed("message: %v", err)
		return
	}
	r.hits = r.hits[:0]
	pass, failed := set.Apply(r.ctx, m)
	if r.ctx.Err() == nil {
		r.compare(before, m, pass, failed)
	}
}

// field returns a field of a message, or what a dotted name leads to, null if there is
// none.
func field(m *rules.Message, name string) value.Value {
	if v := m.Lookup(name); !v.IsNull() {
		return v
	}
	for i := range len(name) {
		if name[i] != '.' {
			continue
		}
		if v := m.Lookup(name[:i]); v.Kind() == value.KindMap {
			return entry(v.Map(), name[i+1:])
		}
	}
	return value.Null
}

// entry returns what a path leads to in a map.
func entry(m *value.Map, path string) value.Value {
	if v, ok := m.Get(value.String(path)); ok {
		return v
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		if v, ok := m.Get(value.String(path[:i])); ok && v.Kind() == value.KindMap {
			return entry(v.Map(), path[i+1:])
		}
	}
	return value.Null
}
