// Peerbench measures Stellar against other expression languages for Go and
// against hand-written Go, on the workloads of the project's goals: how long an
// evaluation takes, what it allocates, and how long compiling takes. It first
// makes sure that all engines give the same results. More tables say what JSON
// messages cost: reading them, rules on them and five steps of enrichment in whole
// processes, which it builds. One says what sets of many rules cost, and one compares
// statistics and sketches with those of libraries for Go.
//
//	go run .            some minutes, medians of 30 rounds
//	go run . -quick     some seconds, for a first look
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 30, "how often each engine is measured on each workload")
	quick := flag.Bool("quick", false, "measure for 4 ms at a time instead of 20, 10 rounds unless -rounds is given")
	flag.Parse()
	duration := 20 * time.Millisecond
	if *quick {
		duration = 4 * time.Millisecond
		if !given("rounds") {
			*rounds = 10
		}
	}
	if *rounds < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "peerbench: -rounds must be 1 or more, and there are no arguments beside the options")
		flag.Usage()
		os.Exit(2)
	}
	messages, enrichRounds := 100_000, 5
	if *quick {
		messages, enrichRounds = 10_000, 3
	}
	for _, table := range []func() error{
		func() error { return run(os.Stdout, *rounds, duration) },
		func() error {
			return runMessages(os.Stdout, func(tasks []*task) error { return measureInterleaved(tasks, *rounds, duration) })
		},
		func() error {
			return runRuleSets(os.Stdout, func(tasks []*task) error { return measureInterleaved(tasks, *rounds, duration) })
		},
		func() error {
			return runStatistics(os.Stdout, func(tasks []*task) error { return measureInterleaved(tasks, *rounds, duration) })
		},
		func() error {
			return runSketches(os.Stdout, func(tasks []*task) error { return measureInterleaved(tasks, *rounds, duration) })
		},
		func() error { return runEnrichment(os.Stdout, enrichRounds, messages) },
	} {
		if err := table(); err != nil {
			fmt.Fprintln(os.Stderr, "peerbench:", err)
			os.Exit(1)
		}
	}
}

func given(name string) bool {
	found := false
	flag.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// run checks, measures and writes the table to out.
func run(out io.Writer, rounds int, duration time.Duration) error {
	engines, err := allEngines()
	if err != nil {
		return err
	}
	for _, w := range compiledWorkloads() {
		if err := checkAgreement(w, engines); err != nil {
			return err
		}
	}
	evaluations, err := evaluationTasks(engines)
	if err != nil {
		return err
	}
	tasks := append(evaluations, compileTasks(engines)...)
	if err := measureInterleaved(tasks, rounds, duration); err != nil {
		return err
	}
	newReport(tasks, engines).write(out)
	return nil
}

func evaluationTasks(engines []engine) ([]*task, error) {
	var tasks []*task
	for _, w := range workloads {
		for _, engine := range engines {
			if engine.source(w) == "" {
				continue
			}
			evaluator, err := engine.compile(w)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", w.name, err)
			}
			tasks = append(tasks, &task{
				taskName: taskName{w.name, engine.name},
				run:      func(times int) error { return evaluator.repeat(times, w.messages[0]) },
			})
		}
	}
	return tasks, nil
}

func compileTasks(engines []engine) []*task {
	var tasks []*task
	for _, w := range compiledWorkloads() {
		for _, engine := range engines {
			if !engine.timeCompile || engine.source(w) == "" {
				continue
			}
			tasks = append(tasks, &task{
				taskName: taskName{compileWork(w.name), engine.name},
				run:      func(times int) error { return compileRepeatedly(times, engine, w) },
			})
		}
	}
	return tasks
}

// compileWork names the compilation of a workload.
func compileWork(workload string) string { return "compile " + workload }

func compileRepeatedly(times int, engine engine, w workload) error {
	for range times {
		if _, err := engine.compile(w); err != nil {
			return err
		}
	}
	return nil
}
