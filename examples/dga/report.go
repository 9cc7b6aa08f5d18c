package main

import (
	"bufio"
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/rules"
)

// report prints what the rules made of the messages.
type report struct {
	out    *bufio.Writer
	table  *tabwriter.Writer
	asJSON bool

	messages, malicious int
	time                time.Duration
}

func (r *report) begin() {
	r.table = tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	if !r.asJSON {
		fmt.Fprintln(r.table, "SOURCE\tHOST\tREGISTERED DOMAIN\tMODEL\tIS_DGA")
	}
}

// add applies the rules to one message and prints the outcome.
func (r *report) add(ctx context.Context, set *rules.Set, line []byte) error {
	if len(line) == 0 {
		return nil
	}
	start := time.Now()
	message, err := rules.ParseMessage(line)
	if err != nil {
		return err
	}
	if _, err := set.Apply(ctx, message); err != nil {
		return err
	}
	r.time += time.Since(start)
	r.messages++
	mark := ""
	if message.Lookup("is_dga").Bool() {
		r.malicious++
		mark = "  <--"
	}
	if r.asJSON {
		_, err := r.out.Write(append(message.AppendJSON(nil), '\n'))
		return err
	}
	_, err = fmt.Fprintf(r.table, "%s\t%s\t%s\t%s\t%s%s\n", message.Lookup("ip_src_addr"), message.Lookup("full_hostname"),
		message.Lookup("domain_without_subdomains"), message.Lookup("dga_result"), message.Lookup("is_dga"), mark)
	return err
}

func (r *report) end(s maas.Statistics) {
	r.table.Flush()
	if r.asJSON || r.messages == 0 {
		return
	}
	fmt.Fprintf(r.out, "\n%d messages, %d of them to generated domains, in %.1f ms (%.0f µs a message).\n",
		r.messages, r.malicious, float64(r.time.Microseconds())/1000, float64(r.time.Microseconds())/float64(r.messages))
	fmt.Fprintf(r.out, "The model was asked %d times: %d answers came from the cache, %d over HTTP in %.1f ms (%d failed).\n",
		s.Calls, s.Hits, s.Requests, float64(s.Time.Microseconds())/1000, s.Failures)
}
