package model

import (
	"bufio"
	"encoding/json"
	"net/netip"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/publicsuffix"
)

func TestAccuracyOnHeldOutNames(t *testing.T) {
	training, heldOut := Examples()
	require.GreaterOrEqual(t, len(heldOut), 400, "too few names to measure with")
	known := map[string]bool{}
	for _, example := range training {
		known[example.Name] = true
	}
	byOrigin := map[Verdict][]Example{}
	for _, example := range heldOut {
		require.False(t, known[example.Name], "%s is among the training names", example.Name)
		byOrigin[example.Origin] = append(byOrigin[example.Origin], example)
	}

	classifier := Train(training)
	for origin, examples := range byOrigin {
		t.Logf("%s: %.3f of %d held-out names right", origin, classifier.Accuracy(examples), len(examples))
		require.GreaterOrEqual(t, classifier.Accuracy(examples), 0.95, origin)
	}
	require.Len(t, byOrigin, 2)
	require.GreaterOrEqual(t, classifier.Accuracy(heldOut), 0.97)
}

func TestTrainingIsDeterministic(t *testing.T) {
	first, _ := Examples()
	second, _ := Examples()
	require.Equal(t, first, second)
	require.Equal(t, Train(first).regression, Train(second).regression)
}

// generatedDemoDomains are the generated ones among the demo's messages.
var generatedDemoDomains = map[string]bool{
	"7d1e90bb3c5fa264.biz": true,
	"a8f3c91d07be42.info":  true,
	"bplxrtwmkzsd.com":     true,
	"gqhzxwvbnrtd.info":    true,
	"hjkq7w3zx9pf2d.net":   true,
	"k2v9xq84mzt1wd.com":   true,
	"mrvxqhfzkgnw.ru":      true,
	"qxvhzrtkwpla.com":     true,
	"vexirojumaqo.org":     true,
	"wzkcjhtbpvyd.info":    true,
	"xnptgwlqvb.ru":        true,
	"ywbrkfqjmnd.ru":       true,
	"zjpxwkqgvhb.info":     true,
}

func TestDomainsOfTheDemo(t *testing.T) {
	training, _ := Examples()
	classifier := Train(training)
	generatedSeen := map[string]bool{}
	messages := 0
	for message := range demoMessages(t) {
		messages++
		_, err := netip.ParseAddr(message.Source)
		require.NoError(t, err)
		address, err := url.Parse(message.URL)
		require.NoError(t, err)
		domain, err := publicsuffix.EffectiveTLDPlusOne(address.Hostname())
		require.NoError(t, err, message.URL)

		want := Legit
		if generatedDemoDomains[domain] {
			want = DGA
			generatedSeen[domain] = true
		}
		require.Equal(t, want, classifier.Classify(domain), domain)
		require.Equal(t, want, classifier.Classify(address.Hostname()), "with subdomains: %s", address.Hostname())
	}
	require.GreaterOrEqual(t, messages, 40)
	require.Equal(t, generatedDemoDomains, generatedSeen)
}

type demoMessage struct {
	Source string `json:"ip_src_addr"`
	URL    string `json:"url"`
}

func demoMessages(t *testing.T) func(yield func(demoMessage) bool) {
	return func(yield func(demoMessage) bool) {
		file, err := os.Open("../messages.jsonl")
		require.NoError(t, err)
		defer file.Close()
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			var message demoMessage
			require.NoError(t, json.Unmarshal(lines.Bytes(), &message))
			if !yield(message) {
				return
			}
		}
		require.NoError(t, lines.Err())
	}
}

func TestClassifyLooksAtTheRegisteredLabel(t *testing.T) {
	training, _ := Examples()
	classifier := Train(training)
	for domain, want := range map[string]Verdict{
		"example.com":                    Legit,
		"EXAMPLE.COM.":                   Legit,
		"qxvhzrtkwpla.cdn.example.co.uk": Legit,
		"www.qxvhzrtkwpla.co.uk":         DGA,
		"QXVHZRTKWPLA.RU.":               DGA,
		"localhost":                      Legit,
		"192.168.10.24":                  Legit,
		"2001:db8::8a2e:370:7334":        Legit,
		"":                               Legit,
	} {
		require.Equal(t, want, classifier.Classify(domain), domain)
	}
}
