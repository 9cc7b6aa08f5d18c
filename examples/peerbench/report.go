package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

const (
	compileGoal = 60 * time.Microsecond // for each workload
	nestingGoal = 15.0                  // times the time of shallowDepth, at deepDepth
)

// report is the table: one row per workload and engine.
type report struct {
	tasks   map[taskName]*task
	engines []engine
}

func newReport(tasks []*task, engines []engine) report {
	r := report{tasks: map[taskName]*task{}, engines: engines}
	for _, t := range tasks {
		r.tasks[t.taskName] = t
	}
	return r
}

func (r report) write(out io.Writer) {
	fmt.Fprintf(out, "%s %s/%s, %d CPUs; %s\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), strings.Join(peerVersions(), ", "))
	fmt.Fprintln(out, "Medians of interleaved rounds. Stellar by Test where the result is true or false, by Value where")
	fmt.Fprintln(out, "it is a number or a constant text, else by Eval. x expr: times the faster form of expr; x hand:")
	fmt.Fprintln(out, "times hand-written Go; both are medians of the ratios within rounds.")
	fmt.Fprintf(out, "\n%-24s %-13s %10s %10s %8s %8s %8s  %s\n",
		"workload", "engine", "ns/op", "allocs/op", "B/op", "x expr", "x hand", "goals of Stellar")
	for _, w := range workloads {
		r.writeRows(out, w.name, r.goals(w))
	}
	for _, w := range compiledWorkloads() {
		r.writeRows(out, compileWork(w.name), r.compileGoal(w))
	}
}

// writeRows writes the rows of one piece of work, with the goals beside Stellar.
func (r report) writeRows(out io.Writer, work, goals string) {
	label := work
	for _, engine := range r.engines {
		t := r.tasks[taskName{work, engine.name}]
		if t == nil {
			continue
		}
		m := t.typical()
		row := fmt.Sprintf("%-24s %-13s %10.1f %10d %8d %8s %8s", label, engine.name,
			m.nanoseconds, m.allocations, m.bytes,
			ratioText(t, r.fasterExpr(work)), ratioText(t, r.tasks[taskName{work, handWrittenName}]))
		if engine.name == stellarName {
			row += "  " + goals
		}
		fmt.Fprintln(out, row)
		label = ""
	}
	fmt.Fprintln(out)
}

func (r report) goals(w workload) string {
	stellar := r.tasks[taskName{w.name, stellarName}]
	var goals []string
	if limit := w.goal.ofExpr; limit > 0 {
		goals = append(goals, verdict(fmt.Sprintf("<= %g x expr", limit), stellar.ratioTo(r.fasterExpr(w.name)) <= limit))
	}
	if limit := w.goal.ofHandWritten; limit > 0 {
		byHand := r.tasks[taskName{w.name, handWrittenName}]
		goals = append(goals, verdict(fmt.Sprintf("<= %g x hand", limit), stellar.ratioTo(byHand) <= limit))
	}
	if w.goal.noAllocations {
		goals = append(goals, verdict("0 allocs", stellar.typical().allocations == 0))
	}
	return strings.Join(goals, ", ")
}

func (r report) compileGoal(w workload) string {
	stellar := r.tasks[taskName{compileWork(w.name), stellarName}]
	switch w.name {
	case parenthesesName(shallowDepth):
		return ""
	case parenthesesName(deepDepth):
		growth := stellar.ratioTo(r.tasks[taskName{compileWork(parenthesesName(shallowDepth)), stellarName}])
		return verdict(fmt.Sprintf("<= %g x %s (%.1f)", nestingGoal, parenthesesName(shallowDepth), growth), growth <= nestingGoal)
	}
	return verdict(fmt.Sprintf("<= %v", compileGoal), stellar.typical().nanoseconds <= float64(compileGoal))
}

func verdict(goal string, met bool) string {
	if met {
		return goal + " met"
	}
	return goal + " MISSED"
}

// fasterExpr returns the faster form of expr.
func (r report) fasterExpr(work string) *task {
	byMap, byStruct := r.tasks[taskName{work, exprMapName}], r.tasks[taskName{work, exprStructName}]
	if byStruct != nil && byStruct.typical().nanoseconds < byMap.typical().nanoseconds {
		return byStruct
	}
	return byMap
}

// ratioText has a dash when there is nothing to compare with.
func ratioText(t, other *task) string {
	if other == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f", t.ratioTo(other))
}

func peerVersions() []string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	var versions []string
	for _, module := range info.Deps {
		switch module.Path {
		case "github.com/expr-lang/expr", "cel.dev/cel-go", "github.com/casbin/govaluate":
			versions = append(versions, module.Path+" "+module.Version)
		}
	}
	return versions
}
