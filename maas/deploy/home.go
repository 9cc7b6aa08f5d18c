package deploy

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// Home is where a replica lives on when whoever runs it is gone.
//
// Its guard holds a lock on a file of the folder as long as it lives, so that one replica
// never lives twice. When whoever started it is gone, and nobody holds Keeper for Lease,
// the guard ends the replica; otherwise it waits to be taken over.
type Home struct {
	// Folder is of the replica alone. It is made if it is not there.
	Folder string
	// Keeper is a file that is locked, by flock, by who looks after replicas.
	Keeper string
	// Lease is how long the replica waits for somebody who holds Keeper. Default: 15
	// seconds.
	Lease time.Duration
	// Log is a file to which what the replica writes is appended.
	Log string
	// Group is the folder of a control group (of version 2) of the replica alone, in which
	// it is started, and of which all processes are ended with it. "" means none.
	Group string
	// MakeGroup makes Group anew, before each start: systems do not start processes in a
	// group of which all have been killed.
	MakeGroup func() error
}

const usualLease = 15 * time.Second

// The files of a home.
const (
	lockFile  = "lock"          // held by the guard
	pidFile   = "pid"           // of the guard
	lifeFile  = "instance.json" // of one that has answered its samples
	endedFile = "ended.json"
	workName  = "work" // in which the model is started
)

// A log has at most maxLog bytes, and keptLogs old ones are kept.
const (
	maxLog   = 10 << 20
	keptLogs = 4
)

// life is what is known of an instance that answers.
type life struct {
	At       endpoint      `json:"at"`
	Instance maas.Instance `json:"instance"`
}

// death is what is known of an instance that has ended.
type death struct {
	Reason string `json:"reason"`
	Output string `json:"output"`
}

func (h *Home) path(name string) string { return filepath.Join(h.Folder, name) }

// work makes the folder in which the model is started.
func (h *Home) work() (string, error) {
	folder := h.path(workName)
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	return folder, os.MkdirAll(folder, 0o700)
}

// endGroup ends all processes of the replica's control group.
func (h *Home) endGroup() {
	if h.Group != "" {
		_ = os.WriteFile(filepath.Join(h.Group, "cgroup.kill"), []byte("1"), 0) // older systems have none
	}
}

// remember notes that an instance answers, so that it can be taken over.
func (r *replica) remember(l life) error {
	if r.Home == nil {
		return nil
	}
	return writeJSON(r.Home.path(lifeFile), l)
}

// writeJSON writes a file at once.
func writeJSON(name string, of any) error {
	text, err := json.Marshal(of)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// readJSON reads a file. ok is false if it is not there, or not whole.
func readJSON(name string, of any) (ok bool) {
	text, err := os.ReadFile(name)
	return err == nil && json.Unmarshal(text, of) == nil
}

// removeAll removes files that may not be there.
func removeAll(names ...string) error {
	for _, name := range names {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
