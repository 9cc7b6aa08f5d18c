package main

import (
	"strings"
	"testing"
	"time"
)

func TestTableHasEveryWorkInEveryEngine(t *testing.T) {
	var table strings.Builder
	if err := run(&table, 2, 50*time.Microsecond); err != nil {
		t.Fatal(err)
	}
	// A block of rows begins with the name of the work and ends with a blank line.
	blocks := strings.Split(table.String(), "\n\n")
	for _, w := range workloads {
		engines := []string{stellarName, exprMapName, exprStructName, handWrittenName}
		if w.cel != "" {
			engines = append(engines, celName)
		}
		if w.govaluate != "" {
			engines = append(engines, govaluateName)
		}
		requireRows(t, blocks, w.name, engines)
	}
	for _, w := range compiledWorkloads() {
		engines := []string{stellarName, exprMapName}
		if w.cel != "" {
			engines = append(engines, celName)
		}
		requireRows(t, blocks, compileWork(w.name), engines)
	}
	if strings.Contains(table.String(), "NaN") {
		t.Error("the table has numbers that are none")
	}
}

func requireRows(t *testing.T, blocks []string, work string, engines []string) {
	t.Helper()
	for _, block := range blocks {
		rows := strings.Split(strings.TrimSpace(block), "\n")
		if strings.HasPrefix(rows[0], "workload") {
			rows = rows[1:]
		}
		if !strings.HasPrefix(rows[0], work+" ") {
			continue
		}
		if len(rows) != len(engines) {
			t.Errorf("%s has %d rows, want %d", work, len(rows), len(engines))
		}
		for _, engine := range engines {
			if !strings.Contains(block, " "+engine+" ") {
				t.Errorf("%s has no row for %s", work, engine)
			}
		}
		return
	}
	t.Errorf("no rows for %s", work)
}
