package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
)

// enricher is a program below enrich, and how many times its user time that of
// Stellar's is to be divided by: at least, and as a goal.
type enricher struct {
	name, folder  string
	minimum, goal float64
	times         []time.Duration // user time, by round
}

func enrichers() []*enricher {
	return []*enricher{
		{name: stellarName, folder: "stellar"},
		{name: "gojq", folder: "gojq", minimum: 6, goal: 8},
		{name: "Bloblang", folder: "bloblang", minimum: 5.5, goal: 7},
		{name: "encoding/json, expr", folder: "expr", minimum: 5, goal: 6},
	}
}

// enrichment takes messages through the steps of package enrich in processes of all
// engines.
type enrichment struct {
	folder    string // of programs and messages, which is removed at the end
	enrichers []*enricher
}

// newEnrichment builds the programs.
func newEnrichment() (*enrichment, error) {
	folder, err := os.MkdirTemp("", "peerbench")
	if err != nil {
		return nil, err
	}
	e := &enrichment{folder, enrichers()}
	build := exec.Command("go", "build", "-o", folder+string(filepath.Separator), "./enrich/...")
	if out, err := build.CombinedOutput(); err != nil {
		e.close()
		return nil, fmt.Errorf("building the programs of enrich: %w\n%s", err, out)
	}
	return e, nil
}

func (e *enrichment) close() { _ = os.RemoveAll(e.folder) }

// write writes messages to a file, and returns its name.
func (e *enrichment) write(messages int) (string, error) {
	name := filepath.Join(e.folder, "messages.jsonl")
	file, err := os.Create(name)
	if err != nil {
		return "", err
	}
	w := bufio.NewWriter(file)
	if err := enrich.WriteMessages(w, messages); err != nil {
		return "", err
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	return name, file.Close()
}

// run runs a program on one core, and returns its user time.
func (e *enrichment) run(program *enricher, messages string, out io.Writer) (time.Duration, error) {
	input, err := os.Open(messages)
	if err != nil {
		return 0, err
	}
	defer input.Close()
	var said bytes.Buffer
	command := exec.Command(filepath.Join(e.folder, program.folder))
	command.Env = append(os.Environ(), "GOMAXPROCS=1")
	command.Stdin, command.Stdout, command.Stderr = input, out, &said
	if err := command.Run(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", program.name, err, said.String())
	}
	return command.ProcessState.UserTime(), nil
}

// checkAgreement reports the first message that a program makes something else of
// than the first program does.
func (e *enrichment) checkAgreement(messages int) error {
	file, err := e.write(messages)
	if err != nil {
		return err
	}
	var want []map[string]any
	for i, program := range e.enrichers {
		var out bytes.Buffer
		if _, err := e.run(program, file, &out); err != nil {
			return err
		}
		var got []map[string]any
		for line := range bytes.Lines(out.Bytes()) {
			var message map[string]any
			if err := json.Unmarshal(line, &message); err != nil {
				return fmt.Errorf("%s: %w", program.name, err)
			}
			got = append(got, message)
		}
		if i == 0 {
			want = got
		}
		if len(got) != messages {
			return fmt.Errorf("%s: %d messages come out of %d", program.name, len(got), messages)
		}
		for i := range got {
			if !reflect.DeepEqual(want[i], got[i]) {
				return fmt.Errorf("message %d: %s gives %v, %s gives %v",
					i, e.enrichers[0].name, want[i], program.name, got[i])
			}
		}
	}
	return nil
}

// measure runs all programs in rounds, one after the other.
func (e *enrichment) measure(rounds, messages int) error {
	file, err := e.write(messages)
	if err != nil {
		return err
	}
	for range rounds {
		for _, program := range e.enrichers {
			user, err := e.run(program, file, nil)
			if err != nil {
				return err
			}
			program.times = append(program.times, user)
		}
	}
	return nil
}

// report writes the table.
func (e *enrichment) report(out io.Writer, messages int) {
	fmt.Fprintf(out, "Five enrichment steps on %d JSON messages of 20 fields, whole processes on one core:\n", messages)
	fmt.Fprintln(out, "user time, medians of interleaved rounds; x: times Stellar, the median of ratios within rounds.")
	fmt.Fprintf(out, "\n%-24s %8s %12s %8s  %s\n", "engine", "seconds", "us/message", "x", "goals of Stellar")
	stellar := e.enrichers[0]
	for _, program := range e.enrichers {
		typical := median(program.times)
		row := fmt.Sprintf("%-24s %8.2f %12.2f %8.2f", program.name, typical.Seconds(),
			typical.Seconds()*1e6/float64(messages), program.ratioTo(stellar))
		if ratio := program.ratioTo(stellar); program.goal > 0 {
			row += "  " + verdict(fmt.Sprintf(">= %g", program.goal), ratio >= program.goal) +
				", " + verdict(fmt.Sprintf("at least %g", program.minimum), ratio >= program.minimum)
		}
		fmt.Fprintln(out, strings.TrimRight(row, " "))
	}
	fmt.Fprintln(out)
}

func (e *enricher) ratioTo(other *enricher) float64 {
	ratios := make([]float64, len(e.times))
	for round := range ratios {
		ratios[round] = float64(e.times[round]) / float64(other.times[round])
	}
	return median(ratios)
}

// runEnrichment checks, measures and writes the table to out.
func runEnrichment(out io.Writer, rounds, messages int) error {
	e, err := newEnrichment()
	if err != nil {
		return err
	}
	defer e.close()
	if err := e.checkAgreement(300); err != nil {
		return err
	}
	if err := e.measure(rounds, messages); err != nil {
		return err
	}
	e.report(out, messages)
	return nil
}
