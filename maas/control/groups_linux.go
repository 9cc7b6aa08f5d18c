package control

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// groups are control groups (of version 2) of replicas, in a folder in which this process
// may make some: as root, or where the service manager has delegated one. Nil has none.
type groups struct {
	folder string
	prefix string   // of the names, for this controller
	bound  []string // what can be bounded: memory, cpu, pids
}

// openGroups returns the control groups for a folder of replicas, nil where there can be
// none.
func openGroups(homes string) *groups {
	folder := ownGroup()
	if folder == "" {
		return nil
	}
	digest := sha256.Sum256([]byte(homes))
	g := &groups{folder: folder, prefix: "stellar-" + hex.EncodeToString(digest[:8]) + "-"}
	probe := filepath.Join(folder, g.prefix+"probe")
	if err := os.Mkdir(probe, 0o755); err != nil {
		return nil
	}
	_, err := os.Stat(filepath.Join(probe, "cgroup.kill"))
	_ = os.Remove(probe)
	if err != nil {
		return nil
	}
	left, _ := filepath.Glob(filepath.Join(folder, g.prefix+"*"))
	for _, name := range left {
		_ = syscall.Rmdir(name) // which fails if there are processes in it
	}
	g.bound = g.enable()
	return g
}

// ownGroup returns the folder of the control group of this process, "" if it is not known.
func ownGroup() string {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return ""
	}
	mount := ""
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		before, after, _ := strings.Cut(lines.Text(), " - ")
		if fields := strings.Fields(before); strings.HasPrefix(after, "cgroup2 ") && len(fields) > 4 {
			mount = fields[4]
		}
	}
	text, err = os.ReadFile("/proc/self/cgroup")
	for line := range strings.Lines(string(text)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok && err == nil && mount != "" {
			return filepath.Join(mount, path)
		}
	}
	return ""
}

// enable has groups in the folder bound what they can, and returns that. A group that has
// such groups must have no processes itself: this one moves into a group of its own.
func (g *groups) enable() []string {
	text, err := os.ReadFile(filepath.Join(g.folder, "cgroup.controllers"))
	if err != nil {
		return nil
	}
	var can []string
	for _, name := range []string{"memory", "cpu", "pids"} {
		if slices.Contains(strings.Fields(string(text)), name) {
			can = append(can, name)
		}
	}
	if len(can) == 0 {
		return nil
	}
	subtree := filepath.Join(g.folder, "cgroup.subtree_control")
	wish := []byte("+" + strings.Join(can, " +"))
	if os.WriteFile(subtree, wish, 0) == nil {
		return can
	}
	own := filepath.Join(g.folder, g.prefix+"controller")
	move := func(to string) error {
		return os.WriteFile(filepath.Join(to, "cgroup.procs"), fmt.Append(nil, os.Getpid()), 0)
	}
	if err := os.Mkdir(own, 0o755); err != nil && !os.IsExist(err) || move(own) != nil {
		return nil
	}
	if os.WriteFile(subtree, wish, 0) == nil {
		return can
	}
	_ = move(g.folder) // others live there
	_ = os.Remove(own)
	return nil
}

// path returns the folder of the group of a replica, "" if there are no groups.
func (g *groups) path(u Unit) string {
	if g == nil {
		return ""
	}
	return filepath.Join(g.folder, g.prefix+unitName(u))
}

// bounds reports whether groups bound memory, cpu or pids.
func (g *groups) bounds(what string) bool { return g != nil && slices.Contains(g.bound, what) }

// mostProcesses is how many processes and threads a replica may have.
const mostProcesses = 4096

// make makes the group of a replica anew, with the bounds of that.
func (g *groups) make(of Replica) error {
	if g == nil {
		return nil
	}
	g.remove(of.Unit)
	folder := g.path(of.Unit)
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	const period = 100_000 // microseconds
	for _, bound := range []struct{ what, file, is string }{
		{"memory", "memory.max", fmt.Sprint(of.Memory)},
		{"cpu", "cpu.max", fmt.Sprintf("%d %d", int64(of.CPUs*period), period)},
		{"pids", "pids.max", fmt.Sprint(mostProcesses)},
	} {
		declared := bound.what == "memory" && of.Memory > 0 || bound.what == "cpu" && of.CPUs > 0 || bound.what == "pids"
		if !declared || !g.bounds(bound.what) {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, bound.file), []byte(bound.is), 0); err != nil {
			return fmt.Errorf("bound of a replica: %w", err)
		}
	}
	return nil
}

// remove removes the group of a replica that has ended, if there is one.
func (g *groups) remove(u Unit) {
	if g == nil {
		return
	}
	for range 100 { // those that were killed take a moment to go
		if err := syscall.Rmdir(g.path(u)); err != syscall.EBUSY {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// String says what is bounded.
func (g *groups) String() string {
	const processes = "no core files; "
	switch {
	case g == nil:
		return processes + "a process may ask for twice the memory that its replica needs and 1 GiB"
	case !g.bounds("memory"):
		return processes + "control groups end all processes of a replica, but cannot bound memory here: a process may ask for twice what its replica needs and 1 GiB"
	}
	return processes + "control groups bound " + strings.Join(g.bound, ", ")
}
