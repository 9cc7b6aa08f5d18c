package diag

import "encoding/json"

// MarshalJSON returns an object with
//
//	kind        "syntax", "unknown function", "arity", "type", "arithmetic",
//	            "argument", "limit" or "external"; left out for warnings
//	severity    "error" or "warning"
//	check       the check that found it; left out if kind says it
//	message     what is wrong and what to do, without its place
//	suggestion  what probably was meant; left out if unknown
//	file        the name of the file; left out if there is none
//	rule        the name of the rule that it is about; left out if there is none
//	line        of the place at fault, from 1
//	column      of the place at fault, from 1, in characters
//	start, end  the part that failed, in bytes of the text
//	argument    an object with start and end of the argument or operand at
//	            fault; left out if none is
//	function    the function that failed; left out if none did
//	variables   a list of objects with the name of a variable and, as a string
//	            and shortened, its value; left out if there are none
//
// More names may be added; these keep their meaning.
func (d *Diagnostic) MarshalJSON() ([]byte, error) {
	form := diagnosticJSON{
		Kind: d.Kind.Error(), Severity: d.Severity.String(), Check: d.Check, Message: d.Message, Suggestion: d.Suggestion,
		File: d.File, Rule: d.Rule, Function: d.Function, rangeJSON: rangeJSON(d.Range),
	}
	form.Line, form.Column = d.Position()
	if !d.Argument.Empty() {
		argument := rangeJSON(d.Argument)
		form.Argument = &argument
	}
	for _, v := range d.Variables {
		form.Variables = append(form.Variables, variableJSON{v.Name, ShortValue(v.Value)})
	}
	return json.Marshal(form)
}

type diagnosticJSON struct {
	Kind       string `json:"kind,omitempty"`
	Severity   string `json:"severity"`
	Check      string `json:"check,omitempty"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
	File       string `json:"file,omitempty"`
	Rule       string `json:"rule,omitempty"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	rangeJSON
	Argument  *rangeJSON     `json:"argument,omitempty"`
	Function  string         `json:"function,omitempty"`
	Variables []variableJSON `json:"variables,omitempty"`
}

type rangeJSON struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

type variableJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
