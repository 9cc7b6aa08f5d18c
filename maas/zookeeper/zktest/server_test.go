package zktest

import (
	"bytes"
	"crypto/tls"
	"io"
	"testing"
	"time"
)

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

func TestEnsembleElectsAnotherLeader(t *testing.T) {
	e := StartEnsemble(t, 3)
	first := e.Leader()
	if first == nil {
		t.Fatal("nobody leads")
	}
	first.Stop()
	if !poll(func() bool { return e.Leader() != nil }) {
		t.Fatal("nobody leads after the leader was stopped")
	}
	first.Restart()
	if mode := first.Mode(); mode != "follower" {
		t.Fatalf("mode is %q", mode)
	}
}

func poll(condition func() bool) bool {
	deadline := time.Now().Add(startTime)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		if time.Now().After(deadline) {
			return false
		}
		<-tick.C
	}
	return true
}

func TestServerWantsCertificates(t *testing.T) {
	_, address, config := StartTLS(t)
	conn, err := tls.Dial("tcp", address, config)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("srvr")); err != nil {
		t.Fatal(err)
	}
	status, err := io.ReadAll(conn)
	if err != nil || !bytes.Contains(status, []byte("Mode: standalone")) {
		t.Fatalf("status %q, %v", status, err)
	}
}
