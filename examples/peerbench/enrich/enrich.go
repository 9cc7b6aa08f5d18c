// Package enrich is what the programs below it share: each takes JSON messages, one
// a line, from standard input through the same five steps to standard output, in an
// engine of its own.
//
//	host      the host of url
//	internal  whether ip_src_addr is in one of two networks
//	unusual   whether method is not in a list of three
//	agent     user_agent in lower case
//	severity  one of three words, by what the steps before have found
package enrich

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"os"
)

// Rules are the steps in Stellar.
const Rules = `
host := URL_TO_HOST(url)
internal := IN_SUBNET(ip_src_addr, '10.0.0.0/8', '192.168.0.0/16')
unusual := method not in ['GET', 'HEAD', 'POST']
agent := TO_LOWER(user_agent)
severity := if not(internal) and unusual then 'high' else if code >= 400 then 'medium' else 'low'
`

// Main runs an engine, of which apply takes a decoded message through the steps and
// returns it with what they found. Decoding and encoding are those of encoding/json.
func Main(apply func(message map[string]any) (any, error)) {
	if err := run(apply); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(apply func(message map[string]any) (any, error)) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 64<<10)
	for lines.Scan() {
		var message map[string]any
		if err := json.Unmarshal(lines.Bytes(), &message); err != nil {
			return err
		}
		result, err := apply(message)
		if err != nil {
			return err
		}
		text, err := json.Marshal(result)
		if err != nil {
			return err
		}
		out.Write(text)
		out.WriteByte('\n')
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return out.Flush()
}

var networks = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.168.0.0/16")}

// Internal is what engines without such a function call for the step internal.
func Internal(address string) bool {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, network := range networks {
		if network.Contains(parsed.Unmap()) {
			return true
		}
	}
	return false
}

// Host is what engines without such a function call for the step host.
func Host(text string) (string, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	return parsed.Hostname(), nil
}
