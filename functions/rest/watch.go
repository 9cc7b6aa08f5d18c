package rest

import (
	"io"
	"sync"
	"time"
)

// watch calls something if it is not started again, or stopped, for a while. One of no
// time never does. It is safe for concurrent use.
type watch struct {
	most time.Duration
	act  func()

	mu    sync.Mutex
	timer *time.Timer
}

func newWatch(most time.Duration, act func()) *watch { return &watch{most: most, act: act} }

func (w *watch) start() {
	if w.most <= 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
	w.timer = time.AfterFunc(w.most, w.act)
}

func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
}

// watched is a reader that starts a watch anew with all that comes.
type watched struct {
	io.Reader
	watch *watch
}

func (r *watched) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.watch.start()
	}
	return n, err
}
