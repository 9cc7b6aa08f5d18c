// Package model is a small classifier of domain names: it tells names that
// people chose from names that a generation algorithm made, as malware does to
// find its command server (DGA). It is trained in a fraction of a second on a
// list of ordinary names that it ships and on names from generators of its own,
// always with the same outcome, and answers over HTTP as models of the example
// do.
package model

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Verdict is the answer of the classifier.
type Verdict string

const (
	// Legit is a name that looks chosen by people.
	Legit Verdict = "legit"
	// DGA is a name that looks made by a generation algorithm.
	DGA Verdict = "dga"
)

// Example is a name, without its public suffix, whose origin is known.
type Example struct {
	Name   string
	Origin Verdict
}

// Classifier tells generated names from ordinary ones. It is safe for
// concurrent use.
type Classifier struct {
	languages  languages
	regression logisticRegression
}

// Train learns from examples of both origins. The same examples, in the same
// order, make the same classifier.
func Train(examples []Example) *Classifier {
	var c Classifier
	for _, example := range examples {
		c.languages.of(example.Origin).add(example.Name)
	}
	samples := make([]sample, len(examples))
	for i, example := range examples {
		// A name must be scored as if never seen, or the regression would learn
		// to trust the language models more than they deserve on new names.
		language := c.languages.of(example.Origin)
		language.remove(example.Name)
		samples[i] = sample{features: c.languages.features(example.Name), positive: example.Origin == DGA}
		language.add(example.Name)
	}
	c.regression = fitLogisticRegression(samples)
	return &c
}

// Classify judges a domain name. It looks at the label before the public suffix
// only, "example" in "www.example.co.uk". An IP address is legit: it is no name.
func (c *Classifier) Classify(domain string) Verdict {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	if _, err := netip.ParseAddr(domain); err == nil {
		return Legit
	}
	return c.classifyName(registeredLabel(domain))
}

// Accuracy is the share of the examples, from 0 to 1, that c judges rightly.
func (c *Classifier) Accuracy(examples []Example) float64 {
	right := 0
	for _, example := range examples {
		if c.classifyName(example.Name) == example.Origin {
			right++
		}
	}
	return float64(right) / float64(len(examples))
}

func (c *Classifier) classifyName(name string) Verdict {
	if c.regression.probability(c.languages.features(name)) >= 0.5 {
		return DGA
	}
	return Legit
}

// registeredLabel returns the label before the public suffix, the whole domain
// when it is a suffix itself or has no dot.
func registeredLabel(domain string) string {
	registered, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	label, _, _ := strings.Cut(registered, ".")
	return label
}
