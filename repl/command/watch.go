package command

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// watchInterval is how often files of rules are looked at.
const watchInterval = 500 * time.Millisecond

// watch has new rules used when files of them change, until the function that it returns
// is called. The files are looked at again and again: that finds changes in all file
// systems, and behind links, by which Kubernetes changes all files of a folder together.
func (r *ruleSource) watch(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	files := r.files
	inUse := r.run.stateOf(ctx, files)
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
			if read := r.reload(ctx); read != nil {
				files = read
				inUse = r.run.stateOf(ctx, files)
				for name, read := range state {
					if now, ok := inUse[name]; ok && !isSameVersion(now, read) { // it may have changed after it was read
						inUse[name] = read
					}
				}
				seen = inUse
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
func (r *ruleSource) reload(ctx context.Context) *ruleFiles {
	report := newReporter(r.err) // that of the run is for its goroutine, as it writes the output first
	set, files, err := r.run.load(ctx, r.host, report)
	version, class := files.version(), fleet.Wrong
	if err == nil {
		if err = r.test(ctx, &r.run.ruleFlags, r.run.File); err != nil {
			class = fleet.FailedTests
		}
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

// stateOf returns the states of all files that the rules were read from, and of those
// that would be read now.
func (c *runCommand) stateOf(ctx context.Context, files *ruleFiles) fileStates {
	states := fileStates{}
	add := func(name string) {
		states[name] = nil
		if info, err := os.Stat(name); err == nil {
			states[name] = info
		}
	}
	for _, name := range c.names(c.File) {
		below, err := ruleFilesBelow(ctx, name)
		if err != nil { // it is a file
			below = []string{name}
		}
		for _, file := range below {
			add(file)
		}
	}
	for _, file := range files.files {
		add(file.name)
		for _, other := range file.others {
			add(other)
		}
	}
	return states
}
