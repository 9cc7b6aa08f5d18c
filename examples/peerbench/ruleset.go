package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/antlr4-go/antlr/v4"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/rules"
)

// What rule sets cost on a message, its parsing included, each compared with decoding
// it with encoding/json.
var ruleSetRows = []struct {
	rules int
	goal  float64 // times encoding/json
}{{20, 0.5}, {1000, 3}, {10_000, 20}}

// loadedRules are loaded in loadingGoal beside their parsing.
const (
	loadedRules = 10_000
	loadingGoal = time.Second
)

const encodingJSONName = "encoding/json, to decode"

// ruleMix makes triage rules of a fixed mix on the messages of package enrich. Each has
// two operands. Of a hundred operands, 60 test for equality, membership or one of some
// indicators, 18 for networks, 10 for contained texts, 2 for regular expressions that
// have no literal, and 10 have arithmetic or functions. A third of the operands are
// those of several rules. One rule in a hundred is true.
type ruleMix struct {
	random *rand.Rand
	shared []string
	made   int // operands that are not shared
}

// generateRules makes so many rules, always the same.
func generateRules(number int) rules.Parsed {
	m := &ruleMix{random: rand.New(rand.NewPCG(60, 18))}
	for range max(4, number/20) {
		m.shared = append(m.shared, m.operand())
	}
	t := &rules.Triage{Name: "mix", NegativesCount: true}
	for i := range number {
		when := m.pick() + " and " + m.pick()
		if i%100 == 7 {
			when = m.frequent() + " and " + m.frequent()
		}
		t.Rules = append(t.Rules, rules.TriageRule{
			Name: fmt.Sprint("rule ", i), When: rules.Expression{Text: when}, Score: rules.Expression{Text: fmt.Sprint(i % 100)},
		})
	}
	return rules.Parsed{Steps: []rules.Step{t}}
}

// pick returns an operand, a shared one in a third of the cases.
func (m *ruleMix) pick() string {
	if m.random.IntN(3) == 0 {
		return m.shared[m.random.IntN(len(m.shared))]
	}
	return m.operand()
}

func (m *ruleMix) one(of ...string) string { return of[m.random.IntN(len(of))] }

// frequent makes an operand that is true of each message.
func (m *ruleMix) frequent() string {
	return m.one("ip_dst_port == 443", "protocol == 'HTTP/1.1'", "IN_SUBNET(ip_dst_addr, '198.51.0.0/16')",
		"'Mozilla' in user_agent", "STARTS_WITH(url, 'https://')", "LENGTH(url) > 20", "method in ['GET', 'POST', 'HEAD', 'CONNECT', 'DELETE']")
}

// operand makes an operand that is true of no message, or of few.
func (m *ruleMix) operand() string {
	m.made++
	n := m.made
	switch kind := m.random.IntN(100); {
	case kind < 60:
		return m.equality(n)
	case kind < 78:
		return fmt.Sprintf("IN_SUBNET(%s, '%d.%d.%d.0/%d')", m.one("ip_src_addr", "ip_dst_addr"), 11+n%80, n/80%256, n%256, 16+m.random.IntN(9))
	case kind < 88:
		return m.literal(n)
	case kind < 90:
		return fmt.Sprintf(`REGEXP_MATCH(%s, '[a-z]+[0-9]{%d}')`, m.one("user", "action", "content_type"), 5+n%40)
	}
	return m.function(n)
}

func (m *ruleMix) equality(n int) string {
	switch m.random.IntN(5) {
	case 0:
		return fmt.Sprintf("user == 'intruder-%d@example.com'", n)
	case 1:
		return fmt.Sprintf("ip_src_port == %d", 100_000+n)
	case 2:
		return fmt.Sprintf("content_type in ['application/x-%d', 'application/y-%d']", n, n)
	case 3:
		return fmt.Sprintf("url == 'https://c2-%d.example/gate'", n)
	}
	indicators := make([]string, 20)
	for i := range indicators {
		indicators[i] = fmt.Sprintf("'192.0.%d.%d'", (n+i)%256, (n/256*20+i)%256)
	}
	return m.one("ip_src_addr", "ip_dst_addr") + " in [" + strings.Join(indicators, ", ") + "]"
}

func (m *ruleMix) literal(n int) string {
	switch m.random.IntN(4) {
	case 0:
		return fmt.Sprintf("'/gate-%d/' in url", n)
	case 1:
		return fmt.Sprintf("CONTAINS(user_agent, 'bot-%d')", n)
	case 2:
		return fmt.Sprintf("ENDS_WITH(url, '-%d.exe')", n)
	}
	return fmt.Sprintf("STARTS_WITH(user_agent, 'agent-%d')", n)
}

func (m *ruleMix) function(n int) string {
	switch m.random.IntN(5) {
	case 0:
		return fmt.Sprintf("bytes / 1024 > %d", 2000+n)
	case 1:
		return fmt.Sprintf("bytes + elapsed > %d", 2_000_000+n)
	case 2:
		return fmt.Sprintf("LENGTH(url) > %d", 500+n)
	case 3:
		return fmt.Sprintf("TO_LOWER(user) == 'intruder-%d'", n)
	}
	return fmt.Sprintf("DOMAIN_REMOVE_SUBDOMAINS(URL_TO_HOST(url)) == 'evil-%d.example'", n)
}

// ruleSetTasks are the rows' tasks.
func ruleSetTasks() ([]*task, error) {
	const messages = 1000
	var text bytes.Buffer
	if err := enrich.WriteMessages(&text, messages); err != nil {
		return nil, err
	}
	lines := bytes.Split(bytes.TrimSpace(text.Bytes()), []byte("\n"))
	var tasks []*task
	for _, row := range ruleSetRows {
		set, err := setOf(generateRules(row.rules))
		if err != nil {
			return nil, err
		}
		if err := checkHits(set, lines, row.rules); err != nil {
			return nil, err
		}
		apply := applyTask(set, lines)
		decode := func(times int) error {
			for i := range times {
				var message map[string]any
				if err := json.Unmarshal(lines[i%messages], &message); err != nil {
					return err
				}
			}
			return nil
		}
		tasks = append(tasks,
			&task{taskName: taskName{ruleSetWork(row.rules), stellarName}, run: apply},
			&task{taskName: taskName{ruleSetWork(row.rules), encodingJSONName}, run: decode})
	}
	return tasks, nil
}

func ruleSetWork(rules int) string { return fmt.Sprintf("%d rules on a message", rules) }

func applyTask(set *rules.Set, lines [][]byte) func(times int) error {
	reader := set.Reader()
	return func(times int) error {
		for i := range times {
			message, err := reader.Read(lines[i%len(lines)])
			if err != nil {
				return err
			}
			if _, err := set.Apply(context.Background(), message); err != nil {
				return err
			}
		}
		return nil
	}
}

// checkHits reports if other rules are true than the one in a hundred that should be.
func checkHits(set *rules.Set, lines [][]byte, number int) error {
	hits := 0
	for _, line := range lines {
		message, err := rules.ParseMessage(line)
		if err != nil {
			return err
		}
		if _, err := set.Apply(context.Background(), message); err != nil {
			return err
		}
		hits += strings.Count(string(message.AppendJSON(nil)), `"`+rules.RuleField+`.`) / 2 // a name and a score
	}
	if share := float64(hits) / float64(len(lines)*number); number >= 100 && (share < 0.009 || share > 0.015) {
		return fmt.Errorf("of %d rules %.2f %% are true of a message, not about 1 %%", number, 100*share)
	}
	return nil
}

// timeLoading returns how long loading rules takes, and how long parsing their
// expressions takes the generated parser alone.
func timeLoading() (loading, parsing time.Duration, err error) {
	parsed := generateRules(loadedRules)
	start := time.Now()
	if _, err := setOf(parsed); err != nil {
		return 0, 0, err
	}
	loading = time.Since(start)
	start = time.Now()
	for _, step := range parsed.Steps {
		for _, r := range step.(*rules.Triage).Rules {
			for _, e := range []rules.Expression{r.When, r.Score} {
				lexer := grammar.NewStellarLexer(antlr.NewInputStream(e.Text))
				parser := grammar.NewStellarParser(antlr.NewCommonTokenStream(lexer, antlr.TokenDefaultChannel))
				parser.GetInterpreter().SetPredictionMode(antlr.PredictionModeSLL) // as in package syntax
				parser.Program()
			}
		}
	}
	return loading, time.Since(start), nil
}

// runRuleSets measures and writes the table to out.
func runRuleSets(out io.Writer, measure func([]*task) error) error {
	tasks, err := ruleSetTasks()
	if err != nil {
		return err
	}
	if err := measure(tasks); err != nil {
		return err
	}
	r := newReport(tasks, nil)
	fmt.Fprintf(out, "%-28s %10s %10s  %s\n", "rule sets", "ns/op", "allocs/op", "goals of Stellar")
	for _, row := range ruleSetRows {
		work := ruleSetWork(row.rules)
		stellar, other := r.tasks[taskName{work, stellarName}], r.tasks[taskName{work, encodingJSONName}]
		ratio := stellar.ratioTo(other)
		fmt.Fprintf(out, "%-28s %10.1f %10d  %s\n", work, stellar.typical().nanoseconds, stellar.typical().allocations,
			verdict(fmt.Sprintf("<= %g (%.2f)", row.goal, ratio), ratio <= row.goal))
		fmt.Fprintf(out, "  %-26s %10.1f %10d\n", encodingJSONName, other.typical().nanoseconds, other.typical().allocations)
	}
	loading, parsing, err := timeLoading()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-28s %10.0f ms          %s\n\n", fmt.Sprintf("load %d rules", loadedRules), loading.Seconds()*1000,
		verdict(fmt.Sprintf("<= %v beside %.2f s of parsing (%.2f s)", loadingGoal, parsing.Seconds(), (loading-parsing).Seconds()), loading-parsing <= loadingGoal))
	return nil
}
