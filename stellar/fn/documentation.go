package fn

// Notes says in phrases how the parameter may be used: whether it can be left
// out or repeated, and what null does where it is not refused.
func (p Param) Notes() []string {
	var notes []string
	switch {
	case p.Variadic:
		notes = append(notes, "may be repeated or left out")
	case p.Optional:
		notes = append(notes, "may be left out")
	}
	switch p.Null {
	case NullRefused:
		notes = append(notes, "not null")
	case NullYieldsNull:
		notes = append(notes, "null gives null")
	}
	if p.Lazy {
		notes = append(notes, "evaluated only if needed")
	}
	return notes
}

// Note says in a sentence on what a result depends besides the arguments, "" if
// on nothing.
func (p Purity) Note() string {
	switch p {
	case Impure:
		return "The result also depends on the clock or the surroundings."
	case External:
		return "It talks to the outside."
	}
	return ""
}
