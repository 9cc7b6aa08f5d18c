package zktest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Ensemble is several servers that keep the same data, as long as most of them run.
type Ensemble struct {
	t       testing.TB
	Servers []*Server
}

// StartEnsemble runs an ensemble of n servers until the end of the test. It skips or
// fails as Start does.
func StartEnsemble(t testing.TB, n int) *Ensemble {
	t.Helper()
	e := &Ensemble{t: t}
	for range n {
		e.Servers = append(e.Servers, newServer(t))
	}
	var err error
	for range 3 { // another process may take a free port first
		e.settle()
		if err = e.run(); err == nil {
			return e
		}
	}
	t.Fatal(err)
	return nil
}

// settle chooses the number and ports of each server.
func (e *Ensemble) settle() {
	var members strings.Builder
	for n := range e.Servers {
		peer, election := freeAddress(e.t), freeAddress(e.t)
		fmt.Fprintf(&members, "server.%d=%s:%s\n", n+1, peer, election[strings.LastIndexByte(election, ':')+1:])
	}
	for n, s := range e.Servers {
		s.address = freeAddress(e.t)
		s.settings = `tickTime=200
initLimit=25
syncLimit=10
minSessionTimeout=400
quorumListenOnAllIPs=false
reconfigEnabled=false
` + members.String()
		number := fmt.Sprintf("%d\n", n+1)
		if err := os.WriteFile(filepath.Join(s.dir, "myid"), []byte(number), 0o600); err != nil {
			e.t.Fatal(err)
		}
	}
}

// run starts the servers, and waits until all serve: none does alone.
func (e *Ensemble) run() error {
	var all []error
	for _, s := range e.Servers {
		all = append(all, s.begin())
	}
	for n, s := range e.Servers {
		if all[n] == nil {
			all[n] = s.waitReady()
		}
	}
	err := errors.Join(all...)
	if err != nil {
		e.Stop()
	}
	return err
}

// Addresses are where the servers listen.
func (e *Ensemble) Addresses() []string {
	var all []string
	for _, s := range e.Servers {
		all = append(all, s.Address())
	}
	return all
}

// Leader returns the server that leads, nil if none does at the moment.
func (e *Ensemble) Leader() *Server {
	for _, s := range e.Servers {
		if s.Mode() == "leader" {
			return s
		}
	}
	return nil
}

// Stop kills all servers. Their data stay.
func (e *Ensemble) Stop() {
	for _, s := range e.Servers {
		s.Stop()
	}
}

// Restart runs all servers again after Stop, at the same addresses.
func (e *Ensemble) Restart() {
	e.t.Helper()
	if err := e.run(); err != nil {
		e.t.Fatal(err)
	}
}
