package command

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// patience is how long a command may take to end after a signal. Commands end by
// themselves well before, unless not even errors can be written.
const patience = 5 * time.Second

// interrupts are those of the person at the terminal. They end the command, unless it
// has taken them.
type interrupts struct {
	mu     sync.Mutex
	taken  chan struct{} // nil while nobody has
	paused int
}

// take returns what receives interrupts from now on, one at a time.
func (i *interrupts) take() <-chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.taken == nil {
		i.taken = make(chan struct{}, 1)
	}
	return i.taken
}

// pause drops interrupts that are taken until resume is called.
func (i *interrupts) pause() (resume func()) {
	add := func(n int) {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.paused += n
	}
	add(1)
	return func() { add(-1) }
}

// deliver passes an interrupt on, and reports whether anybody takes it.
func (i *interrupts) deliver() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.taken == nil:
		return false
	case i.paused > 0:
		return true
	}
	select {
	case i.taken <- struct{}{}:
	default: // there is one already
	}
	return true
}

// untilSignal returns a context that ends with the first signal to end, other than
// interrupts that the command takes. A second one ends the process at once.
func untilSignal(taken *interrupts) context.Context {
	signal.Ignore(syscall.SIGPIPE) // writing to a closed pipe is an error like others
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	ctx, end := context.WithCancel(context.Background())
	go func() {
		for s := range signals {
			if s == os.Interrupt && taken.deliver() {
				continue
			}
			signal.Stop(signals)
			end()
			time.AfterFunc(patience, func() { os.Exit(exitInterrupted) })
			return
		}
	}()
	return ctx
}
