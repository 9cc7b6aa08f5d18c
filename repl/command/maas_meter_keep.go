package command

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/repl/terminal"
)

// measuresFile has what was measured, in the folder of a controller.
const measuresFile = "monitor.json"

// saveInterval is how much of what was measured is lost at most when a controller is
// killed.
const saveInterval = time.Minute

// keep goes on with what was measured before, and keeps it in a folder until ctx ends. It
// returns what waits for that.
func (m *meter) keep(ctx context.Context, folder string, registry maas.Registry, report *reporter) (kept func()) {
	name := filepath.Join(folder, measuresFile)
	trouble := func(what string, err error) {
		if err != nil { // models answer all the same
			report.printf("%s", terminal.Printable(fmt.Sprintf("what was measured cannot be %s: %v", what, err)))
		}
	}
	trouble("read", m.monitor.Load(name))
	go m.monitor.Follow(ctx, registry)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(saveInterval)
		defer ticker.Stop()
		for ctx.Err() == nil {
			select {
			case <-ticker.C:
			case <-ctx.Done():
			}
			trouble("kept", m.monitor.Save(name))
		}
	}()
	return func() { <-done }
}
