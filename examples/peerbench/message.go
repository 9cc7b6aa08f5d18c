package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/value"
)

// What messages cost, each with what it is compared with.
const (
	readingWork     = "read a message"
	ruleWork        = "rule on a message"
	ruleOfSetWork   = "rule of a set on a message"
	jsontextName    = "jsontext, to validate"
	goMapName       = "on a Go map"
	readingGoal     = 1.0 // times jsontext
	ruleMessageGoal = 1.5 // times the rule on a Go map
)

var messageRows = []struct {
	work, other string
	goal        float64
}{
	{readingWork, jsontextName, readingGoal},
	{ruleWork, goMapName, ruleMessageGoal},
	{ruleOfSetWork, goMapName, ruleMessageGoal},
}

// messageTasks are the rows' tasks.
func messageTasks() ([]*task, error) {
	set, err := setOf(script.Parse("rules", []byte("host := URL_TO_HOST(url)\nfailed := code >= 400")))
	if err != nil {
		return nil, err
	}
	read, validate, err := readingTasks(set)
	if err != nil {
		return nil, err
	}
	tasks := []*task{{taskName: taskName{readingWork, stellarName}, run: read}, {taskName: taskName{readingWork, jsontextName}, run: validate}}
	overMessage, overSet, overMap, err := ruleTasks()
	if err != nil {
		return nil, err
	}
	return append(tasks,
		&task{taskName: taskName{ruleWork, stellarName}, run: overMessage}, &task{taskName: taskName{ruleWork, goMapName}, run: overMap},
		&task{taskName: taskName{ruleOfSetWork, stellarName}, run: overSet}, &task{taskName: taskName{ruleOfSetWork, goMapName}, run: overMap},
	), nil
}

func setOf(parsed rules.Parsed) (*rules.Set, error) {
	env, err := stellar.NewEnv(stellar.Options{})
	if err != nil {
		return nil, err
	}
	set, _, err := rules.Compile(context.Background(), env, parsed)
	return set, err
}

// readingTasks read the messages of package enrich for a set, and validate them.
func readingTasks(set *rules.Set) (read, validate func(times int) error, err error) {
	const messages = 1000
	var text bytes.Buffer
	if err := enrich.WriteMessages(&text, messages); err != nil {
		return nil, nil, err
	}
	lines := bytes.Split(bytes.TrimSpace(text.Bytes()), []byte("\n"))
	reader := set.Reader()
	return func(times int) error {
			for i := range times {
				if _, err := reader.Read(lines[i%messages]); err != nil {
					return err
				}
			}
			return nil
		}, func(times int) error {
			for i := range times {
				if !jsontext.Value(lines[i%messages]).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
					return fmt.Errorf("no JSON: %s", lines[i%messages])
				}
			}
			return nil
		}, nil
}

// ruleTasks evaluate the workload rule on a message, as a program and as the conditions
// of a set of rules, and on a Go map.
func ruleTasks() (onMessage, ofSet, onMap func(times int) error, err error) {
	rule := workloads[0]
	program, err := stellar.Compile(rule.stellar)
	if err != nil {
		return nil, nil, nil, err
	}
	var parsed rules.Parsed
	for i := range rulesOfSet { // with different constants, so that none is that of another one
		when := strings.Replace(rule.stellar, "Value >= 100", fmt.Sprintf("Value >= %d", 100-i), 1)
		parsed.Rules = append(parsed.Rules, rules.Rule{When: rules.Expression{Text: when}})
	}
	set, err := setOf(parsed)
	if err != nil {
		return nil, nil, nil, err
	}
	text := value.FromGo(rule.messages[0]).AppendJSON(nil)
	message, err := rules.ParseMessage(text)
	if err != nil {
		return nil, nil, nil, err
	}
	read, err := set.Reader().Read(text)
	if err != nil {
		return nil, nil, nil, err
	}
	ctx := context.Background()
	vars := stellar.Vars(rule.messages[0])
	onMessage = func(times int) error {
		for range times {
			if _, err := program.Test(ctx, message); err != nil {
				return err
			}
		}
		return nil
	}
	ofSet = func(times int) error {
		for i := 0; i < times; i += rulesOfSet {
			if _, err := set.Eval(ctx, read); err != nil {
				return err
			}
		}
		return nil
	}
	onMap = func(times int) error {
		for range times {
			if _, err := program.Test(ctx, vars); err != nil {
				return err
			}
		}
		return nil
	}
	return onMessage, ofSet, onMap, nil
}

// rulesOfSet is how many rules the set has that is applied to a message.
const rulesOfSet = 100

// runMessages measures and writes the table to out.
func runMessages(out io.Writer, measure func([]*task) error) error {
	tasks, err := messageTasks()
	if err != nil {
		return err
	}
	if err := measure(tasks); err != nil {
		return err
	}
	r := newReport(tasks, nil)
	fmt.Fprintf(out, "%-28s %10s %10s  %s\n", "messages", "ns/op", "allocs/op", "goals of Stellar")
	for _, row := range messageRows {
		stellar, other := r.tasks[taskName{row.work, stellarName}], r.tasks[taskName{row.work, row.other}]
		ratio := stellar.ratioTo(other)
		fmt.Fprintf(out, "%-28s %10.1f %10d  %s\n", row.work, stellar.typical().nanoseconds, stellar.typical().allocations,
			verdict(fmt.Sprintf("<= %g (%.2f)", row.goal, ratio), ratio <= row.goal))
		fmt.Fprintf(out, "  %-26s %10.1f %10d\n", row.other, other.typical().nanoseconds, other.typical().allocations)
	}
	fmt.Fprintln(out)
	return nil
}
