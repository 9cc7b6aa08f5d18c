package maas

import (
	"context"
	"log/slog"
)

// Log returns an observer that writes events to a logger: at level Warn what is lost or
// refused, at Info what changes, and at Debug calls and attempts.
func Log(l *slog.Logger) func(Event) {
	return func(e Event) {
		level := e.level()
		if !l.Enabled(context.Background(), level) {
			return
		}
		l.LogAttrs(context.Background(), level, e.Kind.String(), e.attributes()...)
	}
}

func (e Event) level() slog.Level {
	switch e.Kind {
	case CallDone, AttemptDone:
		return slog.LevelDebug
	case Ejected, Disconnected, SessionExpired, Refused:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// attributes are the fields that hold something.
func (e Event) attributes() []slog.Attr {
	var attributes []slog.Attr
	add := func(name, text string) {
		if text != "" {
			attributes = append(attributes, slog.String(name, text))
		}
	}
	add("model", e.Model)
	add("version", e.Version)
	add("function", e.Function)
	add("instance", e.Instance)
	add("protocol", e.Protocol)
	if e.Outcome != 0 {
		add("outcome", e.Outcome.String())
	}
	if e.Duration > 0 {
		attributes = append(attributes, slog.Duration("duration", e.Duration))
	}
	if e.Kind == AttemptDone {
		attributes = append(attributes, slog.Int64("sent", e.Sent), slog.Int64("received", e.Received))
	}
	add("subject", e.Subject)
	if e.Err != nil {
		add("error", e.Err.Error())
	}
	return attributes
}
