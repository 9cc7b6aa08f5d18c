package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// watchInterval is how often files of rules are looked at.
const watchInterval = 500 * time.Millisecond

// reloadLimit is how long it may take to read and test new rules.
const reloadLimit = 2 * time.Minute

// watch has new rules used when files of them change, until the function that it returns
// is called. The files are looked at again and again: that finds changes in all file
// systems, and behind links, by which Kubernetes changes all files of a folder together.
func (r *ruleSource) watch(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	files := r.files
	inUse := files.states
	go func() {
		defer close(ended)
		ticker := time.NewTicker(watchInterval)
		defer ticker.Stop()
		for seen := inUse; ; {
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
			state := r.run.stateOf(ctx, files)
			settled := state.equal(seen) // otherwise files may be written to just now
			seen = state
			if !settled || state.equal(inUse) {
				continue
			}
			inUse = state
			if read := r.reload(ctx, reloadLimit); read != nil {
				files, inUse, seen = read, read.states, read.states
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// reload has the rules of the files used as they are now, and shows it if they cannot be.
// It returns what was read, nil if that was not all: a mistake may be mended in any of the
// files, such as one that only the new rules name.
func (r *ruleSource) reload(ctx context.Context, limit time.Duration) *ruleFiles {
	limited, end := context.WithTimeout(ctx, limit)
	defer end()
	report := newReporter(r.err) // that of the run is for its goroutine, as it writes the output first
	set, files, err := r.run.load(limited, r.host, report)
	version, class := files.version(), fleet.Wrong
	if err == nil {
		if err = r.test(limited, &r.run.ruleFlags, r.run.File); err != nil {
			class = fleet.FailedTests
		}
	}
	if err != nil && limited.Err() != nil {
		class, err = fleet.TooSlow, fmt.Errorf("reading and testing the rules took longer than %v", limit)
	}
	switch {
	case ctx.Err() != nil:
		return nil
	case err == nil:
		r.take(set, files)
		r.status.Used(version, false)
		report.printf("the rules have changed, and are applied from the next message on")
		return files
	case !errors.Is(err, errFailed): // which was shown
		report.printf("%s", terminal.Printable(err.Error()))
	}
	r.host.tables.forget(r.files)
	r.status.Refused(version, class, err.Error())
	report.printf("the rules have changed and cannot be used, so those of before are applied on")
	return files
}

// fileStates are the states of files by their names, nil of those that are not there.
type fileStates map[string]fs.FileInfo

// equal reports whether the files are the same, in the same versions.
func (s fileStates) equal(other fileStates) bool {
	return maps.EqualFunc(s, other, isSameVersion)
}

// isSameVersion reports whether nothing was written between two states of a file. Its
// size and the time that it says may be the same all the same, as tools set that.
func isSameVersion(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && os.SameFile(a, b) && changeTime(a).Equal(changeTime(b))
}

// add takes note of the state of a file, if it is not known yet.
func (s fileStates) add(name string) {
	if _, known := s[name]; known {
		return
	}
	s[name] = nil
	if info, err := os.Stat(name); err == nil {
		s[name] = info
	}
}

// stateOf returns the states of all files that the rules were read from, and of those
// that would be read now.
func (c *runCommand) stateOf(ctx context.Context, files *ruleFiles) fileStates {
	states := fileStates{}
	for _, name := range c.names(c.File) {
		below, err := ruleFilesBelow(ctx, name)
		if err != nil { // it is a file
			below = []string{name}
		}
		for _, file := range below {
			states.add(file)
		}
	}
	for name := range files.states {
		states.add(name)
	}
	return states
}
