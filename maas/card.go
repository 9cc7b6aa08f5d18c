package maas

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Card says for people what a version of a model is.
type Card struct {
	Description string   `json:"description,omitzero"`
	Owner       string   `json:"owner,omitzero"` // a team or person
	Tags        []string `json:"tags,omitempty"` // such as dns
	Links       []string `json:"links,omitempty"`
	// TrainingData says of what the version was made.
	TrainingData string             `json:"trainingData,omitzero" yaml:"trainingData"`
	Metrics      map[string]float64 `json:"metrics,omitempty"` // such as accuracy
	// Digest is that of the package, such as sha256:….
	Digest string `json:"digest,omitzero" yaml:"-"`
}

// Change is an entry of the journal of a version.
type Change struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	What string    `json:"what"` // the member that was changed, such as stage
	From string    `json:"from,omitzero"`
	To   string    `json:"to,omitzero"`
}

// The stages that commands give. Others are possible.
const (
	StageProduction = "production"
	StageStaging    = "staging"
	StageArchived   = "archived"
)

// What of a card and journal is kept at most.
const (
	maxCardText = 20_000
	maxTags     = 100
	maxChanges  = 200
)

// check reports what is wrong with a card.
func (c *Card) check(refuse func(format string, args ...any)) {
	for _, text := range []struct{ name, of string }{
		{"description", c.Description}, {"owner", c.Owner}, {"trainingData", c.TrainingData}, {"digest", c.Digest},
	} {
		if len(text.of) > maxCardText {
			refuse("card.%s has %d bytes, at most %d are possible", text.name, len(text.of), maxCardText)
		}
	}
	if len(c.Tags) > maxTags || len(c.Links) > maxTags || len(c.Metrics) > maxTags {
		refuse("the card has more than %d tags, links or metrics", maxTags)
	}
	for _, tag := range c.Tags {
		if tag == "" || strings.ContainsAny(tag, " \t\r\n:,") || len(tag) > 100 {
			refuse("the tag %.40q must have no blanks, colons or commas, and not be empty", tag)
		}
	}
	for _, link := range c.Links {
		if u, err := url.Parse(link); err != nil || u.Scheme != "http" && u.Scheme != "https" {
			refuse("the link %.80q is no URL of http or https", link)
		}
	}
}

// Note adds a change to the journal, which forgets the oldest ones.
func (r *Release) Note(c Change) {
	r.Journal = append(slices.Clone(r.Journal), c)
	if surplus := len(r.Journal) - maxChanges; surplus > 0 {
		r.Journal = r.Journal[surplus:]
	}
}

// SetStage changes the stage, and notes who did it.
func (r *Release) SetStage(stage, by string, at time.Time) {
	if r.Stage != stage {
		r.Note(Change{At: at, By: by, What: "stage", From: r.Stage, To: stage})
		r.Stage = stage
	}
}

// SetWeight changes the weight, nil for none, and notes who did it.
func (r *Release) SetWeight(weight *int, by string, at time.Time) {
	if from, to := weightText(r.Weight), weightText(weight); from != to {
		r.Note(Change{At: at, By: by, What: "weight", From: from, To: to})
		r.Weight = weight
	}
}

func weightText(weight *int) string {
	if weight == nil {
		return ""
	}
	return fmt.Sprint(*weight)
}

// SetCard changes the card, and notes who did it.
func (r *Release) SetCard(card *Card, by string, at time.Time) {
	if reflect.DeepEqual(r.Card, card) {
		return
	}
	what := "written"
	if r.Card != nil {
		what = "changed"
	}
	r.Note(Change{At: at, By: by, What: "card", To: what})
	r.Card = card
}

// Left returns when the version last left a stage for another one, by the journal. ok is
// false if it has not.
func (r *Release) Left(stage string) (at time.Time, ok bool) {
	for _, c := range slices.Backward(r.Journal) {
		if c.What == "stage" && c.From == stage {
			return c.At, true
		}
	}
	return time.Time{}, false
}

// Matches reports whether a version fits all words of a search: each stands in its name,
// version or card, whatever the case, or names a field: tag:dns, stage:production,
// owner:soc, alias:stable, model:dga, version:1.0, protocol:v2.
func (r *Release) Matches(words []string) bool {
	for _, word := range words {
		if !r.matches(strings.ToLower(word)) {
			return false
		}
	}
	return true
}

func (r *Release) matches(word string) bool {
	card := r.Card
	if card == nil {
		card = &Card{}
	}
	fields := map[string][]string{
		"tag": card.Tags, "stage": {r.Stage}, "owner": {card.Owner}, "alias": r.Aliases, "model": {r.Model}, "version": {r.Version}, "protocol": {r.Protocol},
	}
	if name, of, found := strings.Cut(word, ":"); found {
		if field, known := fields[name]; known {
			return slices.ContainsFunc(field, func(text string) bool { return strings.ToLower(text) == of })
		}
	}
	text, err := json.Marshal(card)
	if err != nil {
		return false
	}
	return strings.Contains(strings.ToLower(strings.Join([]string{r.Model, r.Version, r.Stage, strings.Join(r.Aliases, "\n"), string(text)}, "\n")), word)
}
