package models

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/value"
)

// comparison is what came of several calls, or of calls to two versions.
type comparison struct {
	Versions []string
	Of       string // what a row is of
	Rows     []comparedRow
	Differ   int // rows in which versions do not agree
	Calls    int
	Took     time.Duration
}

// comparedRow is a call, or an output of a single one.
type comparedRow struct {
	Name    string
	Cells   []cell // by version
	Differs bool
}

// cell is what a version answered.
type cell struct {
	Text    string
	Problem bool // the text is why there is no answer
}

// noOther stands in the form for no version to compare with, as "" stands for calls that
// name none.
const noOther = "-"

// maxRows is how many calls are made at a time, and tryCallers how many beside each other.
const (
	maxRows    = 100
	tryCallers = 8
)

// compareCalls makes the calls of a trial.
func (c *console) compareCalls(ctx context.Context, t *trial, rows []*value.Map) *comparison {
	versions := []string{t.Version}
	if t.Other != noOther {
		versions = append(versions, t.Other)
	}
	client := c.NewClient(func(maas.Event) {})
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	answers := make([]value.Value, len(rows)*len(versions))
	errs := make([]error, len(answers))
	begin := time.Now()
	var work sync.WaitGroup
	for caller := range tryCallers {
		work.Go(func() {
			for n := caller; n < len(answers); n += tryCallers {
				answers[n], errs[n] = client.Call(ctx, maas.Request{Model: t.Model, Version: versions[n%len(versions)], Function: t.Function, Args: rows[n/len(versions)]})
			}
		})
	}
	work.Wait()
	made := &comparison{Of: "Call", Took: time.Since(begin), Calls: len(answers)}
	for _, version := range versions {
		if version == "" {
			version = "as calls that name none"
		}
		made.Versions = append(made.Versions, version)
	}
	if len(rows) == 1 && errs[0] == nil && errs[1] == nil {
		made.Of = "Output"
		made.addOutputs(answers[0].Map(), answers[1].Map())
		return made
	}
	for n, args := range rows {
		row := comparedRow{Name: clip(string(value.FromMap(args).AppendJSON(nil)))}
		for v := range versions {
			row.Cells = append(row.Cells, newCell(answers[n*len(versions)+v], errs[n*len(versions)+v]))
		}
		made.add(row)
	}
	return made
}

// add adds a row.
func (c *comparison) add(row comparedRow) {
	for _, of := range row.Cells {
		row.Differs = row.Differs || of != row.Cells[0]
	}
	if row.Differs {
		c.Differ++
	}
	c.Rows = append(c.Rows, row)
}

// addOutputs adds a row for each output of two answers.
func (c *comparison) addOutputs(a, b *value.Map) {
	of := func(m *value.Map, name value.Value) cell {
		if v, ok := m.Get(name); ok {
			return newCell(v, nil)
		}
		return cell{"missing", true}
	}
	for name := range a.All() {
		c.add(comparedRow{Name: clip(name.Str()), Cells: []cell{of(a, name), of(b, name)}})
	}
	for name := range b.All() {
		if _, ok := a.Get(name); !ok {
			c.add(comparedRow{Name: clip(name.Str()), Cells: []cell{of(a, name), of(b, name)}})
		}
	}
}

func newCell(answer value.Value, err error) cell {
	if err != nil {
		return cell{clip(err.Error()), true}
	}
	return cell{clip(string(answer.AppendJSON(nil))), false}
}

// Said says how far versions agree.
func (c *comparison) Said() string {
	switch {
	case len(c.Versions) == 1:
		return count(c.Calls, "call")
	case c.Differ == 0:
		return "Both versions answer the same"
	}
	return fmt.Sprintf("%s and %s differ in %d of %s", c.Versions[0], c.Versions[1], c.Differ, count(len(c.Rows), c.unit()))
}

func (c *comparison) unit() string {
	if c.Of == "Output" {
		return "output"
	}
	return "call"
}

// clip bounds a text that is shown.
func clip(text string) string {
	const most = 2000
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + " …"
	}
	return text
}
