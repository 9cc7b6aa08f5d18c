package stream

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// benchRules are rules of some microseconds a message, as in enrichment.
const benchRules = `
host := URL_TO_HOST(url)
domain := DOMAIN_REMOVE_SUBDOMAINS(host)
internal := IN_SUBNET(ip_src_addr, '10.0.0.0/8', '192.168.0.0/16')
unusual := method not in ['GET', 'HEAD', 'POST']
agent := TO_LOWER(user_agent)
severity := if not(internal) and unusual then 'high' else if code >= 400 then 'medium' else 'low'
`

// benchMessage is a message of 690 bytes.
func benchMessage(i int) string {
	m := fmt.Sprintf(`{"timestamp":%d,"ip_src_addr":"10.1.%d.%d","ip_src_port":%d,"url":"http://host%d.example.com/index.html?q=%d","method":"GET","code":%d,`+
		`"user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","bytes":%d,"guid":"%032x"`, 1700000000000+i, i%256, i/256%256, 1024+i%60000, i%1000, i, 200+i%300, i*17, i)
	return m + `,"notes":"` + strings.Repeat("n", 690-len(m)-12) + "\"}\n"
}

// repeated is a text so many times.
type repeated struct {
	text   string
	times  int
	offset int
}

func (r *repeated) Read(p []byte) (n int, err error) {
	if r.times == 0 {
		return 0, io.EOF
	}
	n = copy(p, r.text[r.offset:])
	if r.offset += n; r.offset == len(r.text) {
		r.offset = 0
		r.times--
	}
	return n, nil
}

// BenchmarkParallel: a benchmark's operation is a thousand messages.
func BenchmarkParallel(b *testing.B) {
	sleep := fn.Func{
		Name: "SLEEP", Doc: "Sleeps for 20 ms.", Purity: fn.External, Result: fn.Any, ResultDoc: "true",
		Body: func(c *fn.Call) (value.Value, error) {
			time.Sleep(20 * time.Millisecond)
			return value.Bool(true), nil
		},
	}
	var long, short strings.Builder
	for i := range 1000 {
		long.WriteString(benchMessage(i))
		fmt.Fprintf(&short, `{"a":%d}`+"\n", i)
	}
	for _, bench := range []struct {
		name, rules, text string
		parallel          []int
	}{
		{"enrichment", benchRules, long.String(), []int{1, 2, 64}},
		{"short", "b := a + 1", short.String(), []int{1, 2, 64}},
		{"sleep", "b := SLEEP()", short.String(), []int{64}},
	} {
		set := setOf(b, bench.rules, rules.Report, sleep)
		for _, parallel := range bench.parallel {
			b.Run(fmt.Sprintf("%s/%d", bench.name, parallel), func(b *testing.B) {
				b.ReportAllocs()
				runner := New(Options{Set: set, Output: io.Discard, Parallel: parallel})
				counters, err := runner.Run(context.Background(), from("a", &repeated{text: bench.text, times: b.N}))
				require.NoError(b, err)
				require.EqualValues(b, 1000*b.N, counters.Written)
				b.ReportMetric(float64(counters.Written)/b.Elapsed().Seconds(), "messages/s")
			})
		}
	}
}
