package maas_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

func TestLog(t *testing.T) {
	errReset := errors.New("connection reset")
	for _, c := range []struct {
		event maas.Event
		want  string
	}{
		{
			maas.Event{Kind: maas.CallDone, Model: "dga", Version: "1", Function: "apply", Protocol: "get", Outcome: maas.Cached, Duration: time.Millisecond},
			`level=DEBUG msg=call model=dga version=1 function=apply protocol=get outcome=cached duration=1ms`,
		},
		{
			maas.Event{Kind: maas.AttemptDone, Model: "dga", Instance: "http://host", Outcome: maas.Transport, Sent: 17, Err: errReset},
			`level=DEBUG msg=attempt model=dga instance=http://host outcome=transport sent=17 received=0 error="connection reset"`,
		},
		{maas.Event{Kind: maas.Ejected, Instance: "http://host", Err: errReset}, `level=WARN msg=ejected instance=http://host error="connection reset"`},
		{maas.Event{Kind: maas.Returned, Instance: "http://host"}, `level=INFO msg=returned instance=http://host`},
		{maas.Event{Kind: maas.Disconnected, Subject: "zookeeper1:2181", Err: errReset}, `level=WARN msg=disconnected subject=zookeeper1:2181 error="connection reset"`},
		{maas.Event{Kind: maas.Connected, Subject: "zookeeper1:2181"}, `level=INFO msg=connected subject=zookeeper1:2181`},
	} {
		var text bytes.Buffer
		withoutTime := func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}
		maas.Log(slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: withoutTime})))(c.event)
		require.Equal(t, c.want, strings.TrimSpace(text.String()))

		text.Reset()
		maas.Log(slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelError})))(c.event)
		require.Empty(t, text.String())
	}
}

func ExampleLog() {
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	client := maas.NewClient(&maas.Memory{}, maas.Options{Observe: maas.Log(logger)})
	defer client.Close()
	// Output:
}
