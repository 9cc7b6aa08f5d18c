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
	if err := runEnrichment(&table, 1, 1000); err != nil {
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
