package zktest

import "testing"

func TestServerRestarts(t *testing.T) {
	s := Start(t)
	if err := s.probe(); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := s.probe(); err == nil {
		t.Fatal("a stopped server answers")
	}
	s.Restart()
	if err := s.probe(); err != nil {
		t.Fatal(err)
	}
}
