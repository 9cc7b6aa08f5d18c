package maas_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

func TestJournal(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 26, 12, minute, 0, 0, time.UTC) }
	r := maas.Release{Model: "dga", Version: "1.0"}
	r.SetStage(maas.StageStaging, "jo", at(0))
	r.SetStage(maas.StageStaging, "jo", at(1)) // no change
	ten := 10
	r.SetWeight(&ten, "jo", at(2))
	r.SetStage(maas.StageProduction, "ann", at(3))
	r.SetStage(maas.StageArchived, "ann", at(4))
	require.Equal(t, []maas.Change{
		{At: at(0), By: "jo", What: "stage", To: "staging"}, {At: at(2), By: "jo", What: "weight", To: "10"},
		{At: at(3), By: "ann", What: "stage", From: "staging", To: "production"}, {At: at(4), By: "ann", What: "stage", From: "production", To: "archived"},
	}, r.Journal)
	left, ok := r.Left(maas.StageProduction)
	require.True(t, ok)
	require.Equal(t, at(4), left)
	_, ok = r.Left("nowhere")
	require.False(t, ok)

	document, err := r.Document()
	require.NoError(t, err)
	read, err := maas.ParseRelease("dga", "1.0", document)
	require.NoError(t, err)
	require.Equal(t, r.Journal, read.Journal)
	for i := range 1000 {
		r.SetStage(fmt.Sprint(i), "jo", at(5))
	}
	require.Len(t, r.Journal, 200)
	require.Equal(t, "999", r.Journal[199].To)
}

func TestMatches(t *testing.T) {
	r := maas.Release{Model: "dga", Version: "2.0", Stage: "production", Protocol: "v2", Card: &maas.Card{
		Description: "Finds generated domains", Owner: "SOC", Tags: []string{"dns", "botnet"}, Metrics: map[string]float64{"accuracy": 0.97},
	}}
	for words, want := range map[string]bool{
		"": true, "dga": true, "DGA generated": true, "tag:dns": true, "tag:DNS stage:production dga": true, "owner:soc version:2.0": true,
		"protocol:v2": true, "accuracy": true, "tag:dn": false, "stage:staging": false, "dga spam": false, "model:dg": false, "tag:": false,
	} {
		require.Equal(t, want, r.Matches(strings.Fields(words)), words)
	}
	require.True(t, (&maas.Release{Model: "m"}).Matches([]string{"m"}))
	require.False(t, (&maas.Release{Model: "m"}).Matches([]string{"tag:x"}))
}

func TestCheckCard(t *testing.T) {
	for want, card := range map[string]maas.Card{
		`malformed release: the tag "a b" must have no blanks, colons or commas, and not be empty`: {Tags: []string{"a b"}},
		`malformed release: the link "ftp://x" is no URL of http or https`:                         {Links: []string{"ftp://x"}},
		`malformed release: card.owner has 20001 bytes, at most 20000 are possible`:                {Owner: strings.Repeat("x", 20001)},
	} {
		require.EqualError(t, maas.Release{Model: "m", Version: "1", Card: &card}.Check(), want)
	}
}
