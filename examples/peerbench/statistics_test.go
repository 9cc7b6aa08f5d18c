package main

import (
	"strings"
	"testing"
	"time"
)

func TestTableOfStatistics(t *testing.T) {
	var table strings.Builder
	if err := runStatistics(&table, func(tasks []*task) error { return measureInterleaved(tasks, 1, 50*time.Microsecond) }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"add 10,000 numbers", "ask statistics", "merge 10 statistics", caioName} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("no row %q in\n%s", want, table.String())
		}
	}
}
