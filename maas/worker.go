package maas

import "time"

// workers run functions in goroutines that are used again while there is more to do: a
// new goroutine begins with a small stack, and letting that grow takes as long as all
// else that a client adds to a request.
type workers struct{ idle chan func() } // without a buffer

func newWorkers() workers { return workers{make(chan func())} }

// idleTime is how long a goroutine without work is kept.
const idleTime = time.Second

// do runs f in some goroutine.
func (w workers) do(f func()) {
	select {
	case w.idle <- f:
	default:
		go w.run(f)
	}
}

func (w workers) run(f func()) {
	f()
	patience := time.NewTimer(idleTime)
	defer patience.Stop()
	for {
		select {
		case f := <-w.idle:
			if f == nil {
				return
			}
			f()
			patience.Reset(idleTime)
		case <-patience.C:
			return
		}
	}
}

// dismiss ends the goroutines that have no work.
func (w workers) dismiss() {
	for {
		select {
		case w.idle <- nil:
		default:
			return
		}
	}
}
