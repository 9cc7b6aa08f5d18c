package main

import (
	"strings"
	"testing"
)

func TestEnrichersAgree(t *testing.T) {
	e, err := newEnrichment()
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	if err := e.checkAgreement(500); err != nil {
		t.Error(err)
	}
}

func TestEnrichmentTable(t *testing.T) {
	var table strings.Builder
	const enough = 20_000 // messages, for which each program is charged with some time
	if err := runEnrichment(&table, 1, enough); err != nil {
		t.Fatal(err)
	}
	for _, e := range enrichers() {
		if !strings.Contains(table.String(), "\n"+e.name+" ") {
			t.Errorf("there is no row for %s in:\n%s", e.name, table.String())
		}
	}
	if strings.Contains(table.String(), "NaN") {
		t.Error("the table has numbers that are none")
	}
}
