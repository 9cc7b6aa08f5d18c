package functions_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/publicsuffix"

	"github.com/stellarlang/stellar/stellar"
)

// BenchmarkRatio pairs functions with what does the same in Go. Compare the minima of
// several runs:
//
//	go test ./functions -run '^$' -bench Ratio -benchtime 20ms -count 20
func BenchmarkRatio(b *testing.B) {
	page := strings.Repeat("The quick brown fox jumps over the lazy dog. 0123456789\n", 80)[:4096]
	pattern := regexp.MustCompile(`^(?:[a-z0-9-]+\.)+example\.com$`)
	for _, c := range []struct {
		name, expression string
		x                any
		inGo             func()
	}{
		{"DATE_FORMAT", "DATE_FORMAT('yyyy-MM-dd HH:mm:ss', x, 'UTC')", int64(1467657279123), func() {
			_ = time.UnixMilli(1467657279123).UTC().Format("2006-01-02 15:04:05")
		}},
		{"TO_EPOCH_TIMESTAMP", "TO_EPOCH_TIMESTAMP(x, 'yyyy-MM-dd HH:mm:ss', 'UTC')", "2016-07-04 18:34:39", func() {
			t, _ := time.ParseInLocation("2006-01-02 15:04:05", "2016-07-04 18:34:39", time.UTC)
			_ = t.UnixMilli()
		}},
		{"HASH", "HASH(x, 'SHA-256')", page, func() {
			sum := sha256.Sum256([]byte(page))
			_ = hex.EncodeToString(sum[:])
		}},
		{"TLSH", "HASH(x, 'TLSH')", page, func() {
			sum := sha256.Sum256([]byte(page))
			_ = hex.EncodeToString(sum[:])
		}},
		{"URL_TO_HOST", "URL_TO_HOST(x)", "https://www.mail.example.co.uk:8443/inbox?id=7#top", func() {
			_, _ = url.Parse("https://www.mail.example.co.uk:8443/inbox?id=7#top")
		}},
		{"DOMAIN_REMOVE_SUBDOMAINS", "DOMAIN_REMOVE_SUBDOMAINS(x)", "www.mail.example.co.uk", func() {
			_, _ = publicsuffix.EffectiveTLDPlusOne("www.mail.example.co.uk")
		}},
		{"REGEXP_MATCH", `REGEXP_MATCH(x, '(?:[a-z0-9-]+\\.)+example\\.com')`, "www.mail.internal.example.com", func() {
			_ = pattern.MatchString("www.mail.internal.example.com")
		}},
	} {
		program, err := stellar.Compile(c.expression)
		require.NoError(b, err)
		variables := stellar.Vars{"x": c.x}
		b.Run(c.name+"/ours", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v, err := program.Value(context.Background(), variables); err != nil || v.IsNull() {
					b.Fatal(v, err)
				}
			}
		})
		b.Run(c.name+"/Go", func(b *testing.B) {
			for b.Loop() {
				c.inGo()
			}
		})
	}
}
