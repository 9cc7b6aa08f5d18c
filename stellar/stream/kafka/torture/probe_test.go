//go:build unix

package torture

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream/kafka/metrics"
)

var probeAddress = regexp.MustCompile(`/readyz are at (http://\S+)`)

// ask returns what a worker answers at a path.
func (w *worker) ask(path string) (string, error) {
	text, err := os.ReadFile(w.log)
	if err != nil {
		return "", err
	}
	found := probeAddress.FindSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("%s does not say where its probes are", w.name)
	}
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(string(found[1]) + path)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", w.name, answer.Status, body)
	}
	return string(body), err
}

// sum adds up the samples of a metric.
func sum(exposition, metric string) (total float64) {
	for lines := bufio.NewScanner(strings.NewReader(exposition)); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if name, _, _ = strings.Cut(name, "{"); ok && name == metric {
			n, _ := strconv.ParseFloat(value, 64)
			total += n
		}
	}
	return total
}

// requireWell waits until the workers are ready, have all partitions between them, and
// say that nothing is left to read.
func (f *fleet) requireWell(t *testing.T) {
	t.Helper()
	var why string
	require.Eventually(t, func() bool {
		var assigned, lag float64
		for _, w := range f.workers {
			for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
				body, err := w.ask(path)
				if err != nil {
					why = err.Error()
					return false
				}
				assigned += sum(body, metrics.Partitions)
				lag += sum(body, metrics.Lag)
			}
		}
		why = fmt.Sprintf("%v partitions are read, %v messages are behind", assigned, lag)
		return assigned == partitions && lag == 0
	}, 30*time.Second, 200*time.Millisecond, "workers that are well: %s", &lazy{&why})
}

// lazy is a text that is looked at when it is shown.
type lazy struct{ text *string }

func (l *lazy) String() string { return *l.text }
