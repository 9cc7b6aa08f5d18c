package command

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/stream/replay"
)

// toldReplay is what is told of a replay.
type toldReplay struct {
	report *replay.Report

	Old     string              `json:"old"`
	New     string              `json:"new"`
	Summary replaySummary       `json:"summary"`
	Errors  toldErrors          `json:"errors"`
	First   []replay.Difference `json:"first"`
	FailIf  []string            `json:"fail_if"` // what is true of it
}

type toldErrors struct {
	Old         []toldError `json:"old"`
	New         []toldError `json:"new"`
	NotMessages string      `json:"not_messages,omitzero"` // the first
}

type toldError struct {
	Text  string `json:"text"`
	First string `json:"first"`
	Count int64  `json:"count"`
}

// replaySummary is what the expressions of --fail-if know.
type replaySummary struct {
	Messages     int64                    `json:"messages"`
	NotMessages  int64                    `json:"not_messages"`
	Differing    int64                    `json:"differing"`
	HitsOld      int64                    `json:"hits_old"`
	HitsNew      int64                    `json:"hits_new"`
	AlertsOld    int64                    `json:"alerts_old"`
	AlertsNew    int64                    `json:"alerts_new"`
	DroppedOld   int64                    `json:"dropped_old"`
	DroppedNew   int64                    `json:"dropped_new"`
	ErrorsOld    int64                    `json:"errors_old"`
	ErrorsNew    int64                    `json:"errors_new"`
	ScoreChanged int64                    `json:"score_changed"`
	ScoreRaised  int64                    `json:"score_raised"`
	ScoreLowered int64                    `json:"score_lowered"`
	RulesOld     int64                    `json:"rules_old"`
	RulesNew     int64                    `json:"rules_new"`
	RulesOnlyOld []string                 `json:"rules_only_old"`
	RulesOnlyNew []string                 `json:"rules_only_new"`
	SecondsOld   float64                  `json:"seconds_old"`
	SecondsNew   float64                  `json:"seconds_new"`
	TimeRatio    float64                  `json:"time_ratio"`
	Rules        map[string]replayedRule  `json:"rules"`
	Fields       map[string]replayedField `json:"fields"`
	OtherFields  int64                    `json:"fields_beyond"`
}

type replayedRule struct {
	Name     string `json:"name,omitzero"`
	HitsOld  int64  `json:"hits_old"`
	HitsNew  int64  `json:"hits_new"`
	Gained   int64  `json:"gained"`
	Lost     int64  `json:"lost"`
	Rescored int64  `json:"rescored"`
	Reworded int64  `json:"reworded"`
}

type replayedField struct {
	Changed int64 `json:"changed"`
	Added   int64 `json:"added"`
	Removed int64 `json:"removed"`
}

// variables returns the members of the summary as variables.
func (s *replaySummary) variables() (stellar.Resolver, error) {
	text, err := json.Marshal(s, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	return stellar.JSON(text)
}

// summarySchema returns the kinds of the variables.
func summarySchema() (stellar.Schema, error) {
	variables, err := (&replaySummary{}).variables()
	if err != nil {
		return nil, err
	}
	schema := stellar.Schema{}
	for _, name := range variables.Names() {
		v := variables.Lookup(name)
		schema[name] = fn.Of(v.Kind())
		if v.IsNumber() {
			schema[name] = fn.Number
		}
	}
	return schema, nil
}

// tell makes what is told of a report.
func (c *replayCommand) tell(r *replay.Report) *toldReplay {
	told := &toldReplay{
		report: r, Old: c.Old, New: c.New, First: r.First,
		Errors: toldErrors{Old: toldErrorsOf(r, 0), New: toldErrorsOf(r, 1), NotMessages: r.NotMessage},
		Summary: replaySummary{
			Messages: r.Messages, NotMessages: r.NotMessages, Differing: r.Differing,
			HitsOld: r.Hits[0], HitsNew: r.Hits[1], AlertsOld: r.Alerts[0], AlertsNew: r.Alerts[1],
			DroppedOld: r.Dropped[0], DroppedNew: r.Dropped[1], ErrorsOld: r.Failed[0], ErrorsNew: r.Failed[1],
			ScoreChanged: r.Score.Changed, ScoreRaised: r.Score.Raised, ScoreLowered: r.Score.Lowered,
			SecondsOld: r.Time[0].Seconds(), SecondsNew: r.Time[1].Seconds(), TimeRatio: timeRatio(r),
			Rules: map[string]replayedRule{}, Fields: map[string]replayedField{}, OtherFields: r.OtherFields,
		},
	}
	s := &told.Summary
	for i := range r.Rules {
		rule := &r.Rules[i]
		s.Rules[rule.Key] = replayedRule{
			Name: rule.Name, HitsOld: rule.Hits[0], HitsNew: rule.Hits[1], Gained: rule.Gained, Lost: rule.Lost,
			Rescored: rule.Rescored, Reworded: rule.Reworded,
		}
		switch {
		case !rule.In[1]:
			s.RulesOld++
			s.RulesOnlyOld = append(s.RulesOnlyOld, rule.Key)
		case !rule.In[0]:
			s.RulesNew++
			s.RulesOnlyNew = append(s.RulesOnlyNew, rule.Key)
		default:
			s.RulesOld++
			s.RulesNew++
		}
	}
	for _, f := range r.Fields {
		s.Fields[f.Name] = replayedField{f.Changed, f.Added, f.Removed}
	}
	return told
}

func toldErrorsOf(r *replay.Report, side int) []toldError {
	all := make([]toldError, len(r.Errors[side]))
	for i, e := range r.Errors[side] {
		all[i] = toldError{e.Text, e.At, e.Count}
	}
	if others := r.OtherErrors[side]; others > 0 {
		all = append(all, toldError{Text: "other errors", Count: others})
	}
	return all
}

// timeRatio returns the time that the new set takes to that of the old one, 0 if there is
// none.
func timeRatio(r *replay.Report) float64 {
	if r.Time[0] == 0 {
		return 0
	}
	return float64(r.Time[1]) / float64(r.Time[0])
}

// each returns the time that a set takes for a message.
func (t *toldReplay) each(side int) time.Duration {
	return (t.report.Time[side] / time.Duration(max(t.report.Messages-t.report.NotMessages, 1))).Round(10 * time.Nanosecond)
}
