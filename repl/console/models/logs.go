package models

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas/control"
)

// heartbeat is how often a browser hears of a log in which nothing happens.
const heartbeat = 15 * time.Second

// patience is how long a browser may take to read what it was sent.
const patience = 10 * time.Second

// streams counts the logs that are followed, so that no user takes all that can be.
type streams struct {
	mu  sync.Mutex
	all int
	of  map[string]int // by user
}

const (
	maxStreams       = 256
	maxStreamsOfUser = 64
)

func (s *streams) begin(user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.of[user] >= maxStreamsOfUser:
		return fmt.Errorf("%s follows %d logs already", user, maxStreamsOfUser)
	case s.all >= maxStreams:
		return fmt.Errorf("%d logs are followed already", maxStreams)
	case s.of == nil:
		s.of = make(map[string]int)
	}
	s.of[user]++
	s.all++
	return nil
}

func (s *streams) end(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.of[user]--; s.of[user] == 0 {
		delete(s.of, user)
	}
}

// followLog sends the lines of a log as events of the server. Each connection begins with
// the event resync, after which the browser forgets what it had, and the last lines: a
// browser that comes again after a break misses nothing that is still there, and shows
// nothing twice.
func (c *console) followLog(w http.ResponseWriter, r *http.Request, v visit) {
	replica, err := strconv.Atoi(r.URL.Query().Get("replica"))
	if err != nil || replica < 1 {
		c.fail(w, r, v, http.StatusBadRequest, fmt.Errorf("%w: a replica is a number from 1", control.ErrInvalid))
		return
	}
	if err := c.streams.begin(v.Name); err != nil {
		c.fail(w, r, v, http.StatusServiceUnavailable, err)
		return
	}
	defer c.streams.end(v.Name)
	model, version := r.PathValue("model"), r.PathValue("version")
	ctx, cancel := context.WithCancel(r.Context())
	defer context.AfterFunc(c.ctx, cancel)()
	header := w.Header()
	header.Set("Content-Type", "text/event-stream; charset=utf-8")
	header.Set("X-Accel-Buffering", "no")
	s := &eventStream{w: w, control: http.NewResponseController(w), cancel: cancel}
	s.write([]byte("retry: 2000\nevent: resync\ndata:\n\n"))
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	var beating sync.WaitGroup
	defer beating.Wait()
	defer cancel()
	beating.Go(func() {
		for beat := time.Now(); ; {
			select {
			case <-ticker.C:
				s.catchUp()
				if time.Since(beat) < heartbeat {
					continue
				}
				beat = time.Now()
				if _, ok := c.sessions.user(r); !ok {
					cancel() // the user has logged out
					return
				}
				s.write([]byte(": still there\n\n"))
			case <-ctx.Done():
				return
			}
		}
	})
	for ctx.Err() == nil {
		err := c.Controller.Log(ctx, s, model, version, replica, logLines, true)
		if err == nil || ctx.Err() != nil {
			return
		}
		select { // a replica that waits has no log yet
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
}

// eventStream sends lines as events. It is safe for concurrent use.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	cancel  func() // calls off what writes

	mu    sync.Mutex
	rest  []byte // of a line that has not ended
	count int
	// What is written faster than a page can show it is left out.
	second  int64    // that is now
	sent    int      // lines in it
	leftOut int      // lines since the last that was sent
	late    []string // the last of them
}

// mostLines is how many lines are sent in a second.
const mostLines = 500

// Write sends the lines that are whole.
func (s *eventStream) Write(p []byte) (int, error) {
	s.mu.Lock()
	var events []byte
	s.rest = append(s.rest, p...)
	for {
		line, rest, ok := bytes.Cut(s.rest, []byte("\n"))
		if !ok && len(s.rest) <= maxLine {
			break
		}
		if now := time.Now().Unix(); now != s.second {
			s.second, s.sent = now, 0
		}
		if s.sent++; s.sent <= mostLines {
			events = s.event(s.addLate(events), shownLine(string(line)))
		} else {
			s.late = append(s.late, shownLine(string(line)))
			if surplus := len(s.late) - logLines; surplus > 0 {
				s.late, s.leftOut = s.late[surplus:], s.leftOut+surplus
			}
		}
		s.rest = rest
	}
	s.rest = append([]byte{}, s.rest...)
	s.mu.Unlock()
	if len(events) == 0 {
		return len(p), nil
	}
	return len(p), s.write(events)
}

// catchUp sends the last of the lines that came too fast.
func (s *eventStream) catchUp() {
	s.mu.Lock()
	var events []byte
	if time.Now().Unix() != s.second {
		events = s.addLate(nil)
	}
	s.mu.Unlock()
	if len(events) > 0 {
		_ = s.write(events)
	}
}

// addLate adds the last of the lines that came too fast.
func (s *eventStream) addLate(events []byte) []byte {
	if s.leftOut > 0 {
		events = s.event(events, fmt.Sprintf("… %s left out …", count(s.leftOut, "line")))
	}
	for _, line := range s.late {
		events = s.event(events, line)
	}
	s.late, s.leftOut = nil, 0
	return events
}

func (s *eventStream) event(events []byte, line string) []byte {
	s.count++
	return fmt.Appendf(events, "id: %d\ndata: %s\n\n", s.count, line)
}

// write sends text at once, and calls all off if the browser does not read.
func (s *eventStream) write(text []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.control.SetWriteDeadline(time.Now().Add(patience)) // in place of the server's
	_, err := s.w.Write(text)
	if err == nil {
		err = s.control.Flush()
	}
	if err != nil {
		s.cancel()
	}
	return err
}
