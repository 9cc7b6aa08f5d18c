package command

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// What follows is the part of SARIF 2.1.0 (OASIS) that findings of rules need.

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name  string      `json:"name"`
	Rules []sarifRule `json:"rules"`
}

// sarifRule is a check, not a rule for messages.
type sarifRule struct {
	ID               string             `json:"id"`
	ShortDescription sarifText          `json:"shortDescription"`
	Configuration    sarifConfiguration `json:"defaultConfiguration"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Properties   *sarifProperties  `json:"properties,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

// sarifRegion has the column after the last character as its end.
type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

// sarifProperties name the rule for messages that a finding is in.
type sarifProperties struct {
	Rule string `json:"rule"`
	ID   string `json:"id,omitempty"`
}

// checkMeanings say what the checks find.
var checkMeanings = map[string]string{
	"syntax": "The text is no expression, or no rule.", "unknown-function": "A function is called that there is not.",
	"arity": "A function is called with too few or too many arguments.", "type": "A value is of a kind that is not taken.",
	"arithmetic": "An integer is divided by zero.", "argument": "A value is not acceptable.", "limit": "A limit is exceeded.",
	"external": "Something outside failed.", "doubtful": "Something is probably not meant.",
	diag.UnknownField: "A field is read that messages do not have.", "constant-as-field": "A constant is written as the name of a field.",
	"different-kinds": "Values are compared that never equal each other.", "chained-comparison": "The outcome of a comparison is compared.",
	"constant-condition": "A condition is always the same.", "no-condition": "Something is no condition where one is wanted.",
	"precedence": "Operators group in another way than in most languages.", "hyphenated-name": "A name with a hyphen is read as a subtraction.",
	"network-as-text": "A network is searched for as a text.", "surplus-argument": "A function ignores an argument.",
	"doubtful-argument": "An argument is probably not meant.", "repeated-parameter": "Two parameters have one name.",
	"repeated-key": "A key is there twice.", "repeated-name": "Two rules have one name.", "repeated-id": "Two rules have one id.",
	metron.NoConfiguration: "A file has no rules.", "unused-search": "A condition of Sigma does not name a search.",
	"surplus-modifier": "A modifier of Sigma means nothing there.", "whole-encoded": "A whole field is compared with what encoded texts contain.",
	"severity-as-score":     "The score of a rule is a word for its severity.",
	yaml.MisspeltDefinition: "A field has nearly the name of a definition.",
	"equal-condition":       "Two rules have the same condition.", yaml.ExpiredException: "An exception has ended.",
}

// sarifOf returns findings as SARIF. Paths are relative where those of the rule files
// are.
func sarifOf(checked *checkedRules) *sarifLog {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "stellar", Rules: []sarifRule{}}}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
	}
	known := map[string]int{}
	seen := map[string]int{}
	for _, d := range checked.Findings {
		check := d.CheckName()
		index, ok := known[check]
		if !ok {
			index = len(known)
			known[check] = index
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{check, sarifText{checkMeanings[check]}, sarifConfiguration{d.Severity.String()}})
		}
		r := sarifResult{
			RuleID: check, RuleIndex: index, Level: d.Severity.String(), Message: sarifText{d.Message},
			Locations: []sarifLocation{{sarifPhysical{sarifArtifact{uriOf(d.File)}, regionOf(d)}}},
		}
		if rule := checked.files.ruleAt(d); rule != nil {
			r.Properties = &sarifProperties{Rule: rule.Name, ID: rule.ID}
		}
		print := strings.Join([]string{check, filepath.ToSlash(d.File), d.Message, partOf(d)}, "\x00")
		seen[print]++ // lines may move, so that equal findings are told apart by number
		hash := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", print, seen[print]))
		r.Fingerprints = map[string]string{"stellarFinding/v1": hex.EncodeToString(hash[:16])}
		run.Results = append(run.Results, r)
	}
	return &sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}

// partOf returns the text that a finding is about.
func partOf(d *diag.Diagnostic) string {
	end := min(d.Range.End, len(d.Source))
	return d.Source[min(d.Range.Start, end):end]
}

// uriOf returns the reference of a file.
func uriOf(file string) string {
	path := filepath.ToSlash(filepath.Clean(file))
	if filepath.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: path}).String()
	}
	return (&url.URL{Path: path}).String()
}

// regionOf returns the part of the text at fault.
func regionOf(d *diag.Diagnostic) sarifRegion {
	at := d.Range
	if !d.Argument.Empty() {
		at = d.Argument
	}
	start, end := *d, *d
	start.Argument, end.Argument = diag.Range{}, diag.Range{}
	start.Range, end.Range = diag.Range{Start: at.Start, End: at.Start}, diag.Range{Start: at.End, End: at.End}
	var r sarifRegion
	r.StartLine, r.StartColumn = start.Position()
	r.EndLine, r.EndColumn = end.Position()
	return r
}

// ruleAt returns the rule of a set that a finding is in, nil if it is in none.
func (f *ruleFiles) ruleAt(d *diag.Diagnostic) *yaml.Description {
	line, _ := d.Position()
	var last *yaml.Description
	for _, file := range f.files {
		if file.set == nil {
			continue
		}
		for i := range file.set.Rules {
			r := &file.set.Rules[i]
			if r.File == d.File && r.Line <= line && (last == nil || r.Line >= last.Line) {
				last = r
			}
		}
	}
	return last
}
