package main

import (
	"strings"
	"testing"
	"time"
)

func TestTableOfRuleSets(t *testing.T) {
	var table strings.Builder
	if err := runRuleSets(&table, func(tasks []*task) error { return measureInterleaved(tasks, 1, 50*time.Microsecond) }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"20 rules on a message", "1000 rules on a message", "10000 rules on a message", "load 10000 rules", encodingJSONName} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("no row %q in\n%s", want, table.String())
		}
	}
}
