// Package control runs models on one machine. A Controller keeps the replicas of
// deployments running, divides the machine among their owners, and changes which version
// gets which calls; what it does is kept in a folder, so that it may be killed at any
// moment and started again. Server and Client let commands of the machine ask it.
//
// What is to be stands in documents, what is comes from an Engine. A loop compares the
// two, whatever has happened in between.
//
// A controller answers these requests at its socket, in JSON but for logs:
//
//	GET  /v1/machine                                  a Machine
//	GET  /v1/deployments                              a list of Status
//	POST /v1/deployments                              a Request, "release" and "by": a Status
//	GET  /v1/deployments/MODEL/VERSION                a Status
//	POST /v1/deployments/MODEL/VERSION/scale          {"replicas": 3, "revision": 0, "by": ""}: a Status
//	POST /v1/deployments/MODEL/VERSION/restart        {"revision": 0, "by": ""}: a Status
//	GET  /v1/deployments/MODEL/VERSION/logs/REPLICA   ?lines=100&follow=true
//	GET  /v1/deployments/MODEL/VERSION/find           ?text=error&replica=1&most=100: {"found": a list of Found, "more": 0}
//	POST /v1/models/MODEL/promote                     {"version": "2.0", "force": false, "by": ""}: a list of maas.VersionChange
//	POST /v1/models/MODEL/rollback                    {"force": false}
//	POST /v1/models/MODEL/retire                      {"version": "1.0", "force": false}
//	POST /v1/models/MODEL/divide                      {"shares": [{"version": "1.0", "weight": 90}]}
//	POST /v1/models/MODEL/alias                       {"alias": "stable", "version": "1.0"}
//	POST /v1/models/MODEL/card                        {"version": "1.0", "card": {}}
//	POST /v1/import                                   {"releases": [{"model": "", "version": "", "document": {}}]}
//	…    /v1/monitor/…                                Options.Monitor
//
// An error is {"error": "…", "kind": "refused"}; kinds are refused, unknown, conflict and
// invalid.
package control

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/maas"
)

// Spec says what of a version is to run.
type Spec struct {
	Model   string `json:"model"`
	Version string `json:"version"`
	// Replicas is how many instances run, if there is room. It may be 0.
	Replicas int `json:"replicas"`
	// Owner is the team or person among whose share of the machine the replicas count.
	Owner string `json:"owner"`
	// Memory and CPUs are what each replica needs. What is not said is taken as
	// DefaultMemory and DefaultCPUs, and does not bound the replica.
	Memory int64   `json:"memory,omitempty"` // bytes
	CPUs   float64 `json:"cpus,omitempty"`
	// Environment is added to that of the package.
	Environment map[string]string `json:"environment,omitempty"`
}

// What a replica is taken to need that does not say.
const (
	DefaultMemory = 128 << 20
	DefaultCPUs   = 0.05
)

// Deployment is a version that is kept running.
type Deployment struct {
	Spec
	// Digest is that of the package.
	Digest string `json:"digest"`
	// Revision is another one after each change.
	Revision int64 `json:"revision"`
	// Generation is one more after each change for which replicas are replaced.
	Generation int       `json:"generation"`
	Created    time.Time `json:"created"`
	// Journal is who changed the deployment when, the latest last.
	Journal []maas.Change `json:"journal,omitempty"`
}

// State is what an instance is doing.
type State string

// The states. Instances that are Serving are registered. Pending ones wait for room.
const (
	Pending  State = "pending"
	Starting State = "starting"
	Serving  State = "serving"
	Failed   State = "failed" // and started again at Instance.Retry
	Draining State = "draining"
)

// Unit names a replica of a generation of a deployment.
type Unit struct {
	Model      string `json:"model"`
	Version    string `json:"version"`
	Generation int    `json:"generation"`
	Replica    int    `json:"replica"` // counting from 1
}

// Instance is a replica as it is.
type Instance struct {
	Unit
	State    State     `json:"state"`
	Since    time.Time `json:"since,omitzero"` // it has been in this state
	ID       string    `json:"id,omitempty"`   // in the registry
	URL      string    `json:"url,omitempty"`
	Reason   string    `json:"reason,omitempty"` // why it is Failed or Pending, or still Starting
	Output   string    `json:"output,omitempty"` // the last lines that a Failed one wrote
	Restarts int       `json:"restarts"`
	Retry    time.Time `json:"retry,omitzero"`
}

// Status is a deployment with its instances, by generation and replica.
type Status struct {
	Deployment
	Serving   int        `json:"serving"` // instances of the present generation
	Instances []Instance `json:"instances"`
}

// Complete reports whether all replicas that are wanted serve, and no others.
func (s *Status) Complete() bool {
	return s.Serving == s.Replicas && len(s.Instances) == s.Replicas
}

// Machine is what there is to divide, and who has what of it.
type Machine struct {
	Folder string    `json:"folder"`
	PID    int       `json:"pid"` // of the controller
	Since  time.Time `json:"since"`
	Memory int64     `json:"memory"` // bytes
	CPUs   float64   `json:"cpus"`
	Owners []Owner   `json:"owners"`
	// Limits says how what replicas take is bounded.
	Limits string `json:"limits"`
}

// Owner is what replicas of an owner have been granted.
type Owner struct {
	Name     string  `json:"name"`
	Weight   float64 `json:"weight"` // of its share
	Replicas int     `json:"replicas"`
	Memory   int64   `json:"memory"`
	CPUs     float64 `json:"cpus"`
}

// Errors of a Controller, beside *maas.RefusedError.
var (
	// ErrUnknown: there is no such deployment, replica or log.
	ErrUnknown = errors.New("unknown")
	// ErrConflict: somebody else has changed what was to be changed.
	ErrConflict = errors.New("somebody else has changed it")
	// ErrInvalid: what is asked for cannot be.
	ErrInvalid = errors.New("not possible")
	// ErrRuns: another controller runs on the folder.
	ErrRuns = errors.New("a controller runs already")
	// ErrLost: the folder of a controller was removed or moved while it ran.
	ErrLost = errors.New("its folder was removed or moved")
	// ErrNone: no controller runs on the folder.
	ErrNone = errors.New("no controller runs")
)

// How much a specification may ask for.
const (
	maxReplicas = 1000
	maxName     = 100
	maxVariable = 64 << 10
	maxChanges  = 200 // in the journal of a deployment
)

// check reports what is wrong with a specification.
func (s *Spec) check() error {
	refuse := func(format string, values ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, values...)...)
	}
	for _, name := range []struct{ what, is string }{{"model", s.Model}, {"version", s.Version}, {"owner", s.Owner}} {
		switch {
		case name.is == "" && name.what != "owner":
			return refuse("the %s has no name", name.what)
		case !utf8.ValidString(name.is) || strings.ContainsFunc(name.is, unicode.IsControl) || strings.TrimSpace(name.is) != name.is:
			return refuse("the name %.40q of the %s must be text in UTF-8, without control characters and blanks at its ends", name.is, name.what)
		case name.is == "." || name.is == ".." || strings.ContainsAny(name.is, "/\x00") || len(name.is) > maxName:
			return refuse("the name %.40q of the %s must not be . or .., and have no slash and at most %d bytes", name.is, name.what, maxName)
		}
	}
	switch {
	case s.Replicas < 0 || s.Replicas > maxReplicas:
		return refuse("replicas are %d, they must be from 0 to %d", s.Replicas, maxReplicas)
	case s.Memory < 0:
		return refuse("memory is %d, it must not be negative", s.Memory)
	case !(s.CPUs >= 0 && s.CPUs <= 1<<20):
		return refuse("CPUs are %v, they must not be negative", s.CPUs)
	}
	size := 0
	for name, of := range s.Environment {
		size += len(name) + len(of)
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.Contains(of, "\x00") || size > maxVariable {
			return refuse("the environment has a variable %.40q without a name, with = in it, or too long", name)
		}
	}
	return nil
}

// needs returns what a replica counts as.
func (s *Spec) needs() resources {
	r := resources{float64(s.Memory), s.CPUs}
	if s.Memory == 0 {
		r.memory = DefaultMemory
	}
	if s.CPUs == 0 {
		r.cpus = DefaultCPUs
	}
	return r
}

// note adds a change to the journal, which forgets the oldest ones.
func (d *Deployment) note(c maas.Change) {
	d.Journal = append(d.Journal[:len(d.Journal):len(d.Journal)], c)
	if surplus := len(d.Journal) - maxChanges; surplus > 0 {
		d.Journal = d.Journal[surplus:]
	}
}
