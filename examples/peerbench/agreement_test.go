package main

import "testing"

func TestEnginesAgree(t *testing.T) {
	engines, err := allEngines()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range compiledWorkloads() {
		t.Run(w.name, func(t *testing.T) {
			if err := checkAgreement(w, engines); err != nil {
				t.Error(err)
			}
		})
	}
}
