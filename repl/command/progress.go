package command

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/stream"
)

// progressInterval is how often the progress of a run is shown.
const progressInterval = 500 * time.Millisecond

// showProgress shows how far a run is, until the function that it returns is called.
// It does so only where a person looks at nothing else: on a terminal that the output
// does not go to.
func showProgress(s *streams, in *inputs, progress func() stream.Counters) (end func()) {
	if s.toTerminal {
		return func() {}
	}
	began := time.Now()
	return showStatus(s.err, func() string { return progressText(progress(), time.Since(began), in.read.Load(), in.size) })
}

// showStatus shows again and again how far something is, if w is a terminal, until the
// function that it returns is called.
func showStatus(w io.Writer, text func() string) (end func()) {
	shown, ok := w.(*terminal.Writer)
	if !ok {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(progressInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				shown.Status(text())
			case <-stop:
				shown.Status("")
				return
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

// progressText says how far a run is. Size is that of all files, 0 if it is not known.
func progressText(c stream.Counters, since time.Duration, read, size int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s messages, %s/s", grouped(c.Read), grouped(int64(float64(c.Read)/since.Seconds())))
	if c.Failed > 0 {
		fmt.Fprintf(&b, ", %s failed", grouped(c.Failed))
	}
	if size > 0 && read > 0 {
		share := min(float64(read)/float64(size), 1)
		left := time.Duration(float64(since) * (1 - share) / share)
		fmt.Fprintf(&b, ", %.0f %% of %s, %v left", 100*share, bytesText(size), left.Round(time.Second))
	}
	return b.String()
}

// grouped writes a number with its digits in groups of three.
func grouped(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// bytesText writes a number of bytes for people.
func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	default:
		return fmt.Sprintf("%d KiB", (n+1<<10-1)>>10)
	}
}
