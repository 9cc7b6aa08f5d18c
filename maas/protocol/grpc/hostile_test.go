package grpc_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/stellarlang/stellar/maas/protocol/grpc"
	"github.com/stellarlang/stellar/maas/protocol/servertest"
)

// stream is what a hostile server may write to a call.
type stream struct {
	*http2.Framer
	id uint32
}

func headers(fields ...string) []byte {
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	for i := 0; i < len(fields); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return block.Bytes()
}

func (s stream) begin() error {
	return s.WriteHeaders(http2.HeadersFrameParam{
		StreamID: s.id, EndHeaders: true, BlockFragment: headers(":status", "200", "content-type", "application/grpc"),
	})
}

// hostile runs a server that handles the first call of each connection itself.
func hostile(t *testing.T, handle func(stream) error) (url string, open *atomic.Int64) {
	address, open := servertest.Raw(t, func(conn net.Conn) {
		if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		f := http2.NewFramer(conn, conn)
		_ = f.WriteSettings()
		for {
			frame, err := f.ReadFrame()
			if err != nil {
				return
			}
			switch frame := frame.(type) {
			case *http2.SettingsFrame:
				if !frame.IsAck() {
					_ = f.WriteSettingsAck()
				}
			case *http2.HeadersFrame:
				var gone atomic.Bool
				go func() {
					_, _ = io.Copy(io.Discard, conn)
					gone.Store(true)
				}()
				for err == nil && !gone.Load() {
					err = handle(stream{f, frame.StreamID})
				}
				return
			}
		}
	})
	return "http://" + address, open
}

// TestHostileServers calls servers that hold a call as long as they can. A call ends in
// time, and leaves neither goroutines nor connections.
func TestHostileServers(t *testing.T) {
	const timeout = 200 * time.Millisecond
	pause := func() { <-time.After(time.Millisecond) }
	once := func(first, more func(stream) error) func(stream) error {
		var begun atomic.Bool
		return func(s stream) error {
			if begun.CompareAndSwap(false, true) {
				return first(s)
			}
			return more(s)
		}
	}
	for name, handle := range map[string]func(stream) error{
		"silent":          func(stream) error { pause(); return nil },
		"no end of pings": func(s stream) error { return s.WritePing(false, [8]byte{}) },
		"no end of hints": func(s stream) error {
			return s.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, EndHeaders: true, BlockFragment: headers(":status", "103")})
		},
		"no end of headers": once(func(s stream) error {
			return s.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: headers(":status", "200")})
		}, func(s stream) error { return s.WriteContinuation(s.id, false, headers("a", "b")) }),
		"message never comes": once(stream.begin, func(stream) error { pause(); return nil }),
		"dripping message": once(func(s stream) error {
			if err := s.begin(); err != nil {
				return err
			}
			return s.WriteData(s.id, false, []byte{0, 0, 1, 0, 0})
		}, func(s stream) error { pause(); return s.WriteData(s.id, false, []byte{0}) }),
		"endless message": once(stream.begin, func(s stream) error { return s.WriteData(s.id, false, make([]byte, 1000)) }),
		"huge message":    once(stream.begin, func(s stream) error { return s.WriteData(s.id, false, bytes.Repeat([]byte{0, 0xff}, 500)) }),
		"no end of settings": func(s stream) error {
			return s.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 1})
		},
		"dripping error page": once(func(s stream) error {
			return s.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, EndHeaders: true, BlockFragment: headers(":status", "503", "content-type", "text/html")})
		}, func(s stream) error { pause(); return s.WriteData(s.id, false, []byte("<")) }),
	} {
		t.Run(name, func(t *testing.T) {
			url, open := hostile(t, handle)
			client := grpc.New(grpc.Options{})
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			start := time.Now()
			_, err := client.Do(ctx, call(t, url, oneNumber, `{"x": 1}`))
			require.Error(t, err)
			require.Less(t, time.Since(start), timeout+time.Second, "%v", err)
			require.NoError(t, client.Close())
			require.Eventually(t, func() bool { return open.Load() == 0 }, 10*time.Second, time.Millisecond, "the connection is closed")
			require.Eventually(t, func() bool { return !clientIsBusy() }, 10*time.Second, time.Millisecond, "no goroutine is left")
		})
	}
}

// clientIsBusy reports whether a goroutine works for a client.
func clientIsBusy() bool {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return bytes.Contains(stacks, []byte("grpc/internal/transport.")) || bytes.Contains(stacks, []byte("grpc.(*ClientConn)"))
}
