// Package parse has the functions that take apart text of a known form: log lines,
// lists of pairs, URLs. Metron has none of them.
//
// They keep to one rule:
//
//   - Each is called PARSE_, and the name of the form. Its parameters are the text, and a
//     map of options by name, of which each function knows its own. All know 'strict'.
//   - The result is a map; only a record of PARSE_CSV without names is a list. A part
//     of the form has the name that the form's definition gives it, in lower case with _
//     between the words: device_vendor. It is always there; if the text lacks it, or has
//     the form's sign for that, it is null. What the author of a text names, such as the
//     pairs of CEF, keeps its name as it stands, in a map of its own; where a form has
//     nothing else, as pairs and queries, that map is the result.
//   - Values are strings, in which the escapes of the form are undone. Only a part that
//     the form's definition says is a whole number is one: a port, a priority, the
//     number of an event. What authors name is a string always.
//   - If a name is repeated, the last value wins; where that happens in practice, the
//     option 'repeated' says otherwise. A name without a value has null.
//   - A text that is not of the form yields null, and the reason goes to the observer.
//     What is often wrong in practice, and can be read in one way only, is tolerated.
//     The option 'strict' refuses it.
//
// Texts come from strangers. Their work and memory is charged as it arises, and none of
// it grows faster than the text.
package parse

import "github.com/stellarlang/stellar/stellar/fn"

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name: "parse",
		Doc:  "text of a known form, such as log lines, taken apart",
		Functions: []fn.Func{
			syslogForm.function(),
			cefForm.function(),
			leefForm.function(),
			windowsForm.function(),
			commonLogForm.function(),
			keyValueForm.function(),
			csvForm.function(),
			urlForm.function(),
			queryForm.function(),
		},
	}
}
