package main

import "testing"

// TestSketchesAgree: the sketches that are measured estimate the same, and find what
// was added.
func TestSketchesAgree(t *testing.T) {
	s, err := newSketches()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.rows()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := row.ours(10); err != nil {
			t.Errorf("%s: %v", row.work, err)
		}
		for _, other := range row.others {
			if err := other.run(10); err != nil {
				t.Errorf("%s, %s: %v", row.work, other.name, err)
			}
		}
	}
}
