// Package selector reads the language of PROFILE_WINDOW, which says what times of the
// past are looked at, and finds the periods in them.
//
//	window    = width [ including ] [ excluding ]                        one window, which ends now
//	          | width every time since [ including ] [ excluding ]       windows at regular distances
//	          | since                                                    all of a time
//	width     = time [ "window" ]
//	every     = [ "for" ] "every"
//	since     = [ "starting" ] "from" time [ "ago" ] [ ( "to" | "until" ) time [ "ago" ] ]
//	time      = number ( "seconds" | "minutes" | "hours" | "days" )
//	including = "including" days
//	excluding = "excluding" days
//	days      = name { ":" argument } { "," name { ":" argument } }
//
// Words are in lower or in upper case, in the singular or the plural.
package selector

import (
	"fmt"
	"strconv"
	"time"
)

// Selector is a window that was read. It may be used by several goroutines at once.
type Selector struct {
	width     int64 // in milliseconds; 0 means all of the time
	skip      int64 // from the start of a window to that of the next one; 0 means that there is one
	from, to  int64 // milliseconds ago
	including []days
	excluding []days
}

// Parse reads a window. If it is wrong, the error is an *Error.
func Parse(text string) (*Selector, error) {
	tokens, wrong := lex(text)
	p := parser{tokens: tokens, wrong: wrong}
	s, err := p.window()
	if err != nil {
		return nil, err
	}
	return s, nil
}

type parser struct {
	tokens []token
	wrong  *Error // what follows the tokens, if the end does not
}

// at reports whether the next token is of a kind.
func (p *parser) at(k kind) bool { return len(p.tokens) > 0 && p.tokens[0].kind == k }

// accept takes the next token if it is of a kind.
func (p *parser) accept(k kind) bool {
	if !p.at(k) {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

// expected says that something else must stand here.
func (p *parser) expected(format string, values ...any) *Error {
	if len(p.tokens) == 0 {
		return p.wrong
	}
	t, wanted := p.tokens[0], fmt.Sprintf(format, values...)
	switch t.kind {
	case end:
		return errorAt(t.at, "it ends where %s must follow", wanted)
	case argument:
		return errorAt(t.at, "found %q where only %s can stand", ":"+t.text, wanted)
	}
	return errorAt(t.at, "found %q where only %s can stand", t.text, wanted)
}

func (p *parser) window() (*Selector, *Error) {
	s := &Selector{}
	var err *Error
	if p.at(from) {
		if err = p.since(s); err == nil && !p.at(end) {
			err = p.expected("the end")
			if p.at(including) || p.at(excluding) {
				err.Message = "days are chosen of windows: put their width before from, and every, such as 1 hour every 1 day from 7 days ago"
			}
		}
		return s, err
	}
	if s.width, err = p.time("a time such as 1 hour, or from"); err != nil {
		return nil, err
	}
	p.accept(window)
	s.from = s.width
	more := "every, including, excluding or the end"
	switch {
	case p.accept(every):
		if s.skip, err = p.time("a time such as 1 day"); err != nil {
			return nil, err
		}
		if !p.at(from) {
			return nil, p.expected("from and a time")
		}
		if err = p.since(s); err != nil {
			return nil, err
		}
		more = "including, excluding or the end"
	case p.at(from):
		return nil, errorAt(p.tokens[0].at, "between the width and from must stand how often: every and a time, such as every 1 day")
	}
	if p.accept(including) {
		if s.including, err = p.days(); err != nil {
			return nil, err
		}
		more = "excluding or the end"
	}
	if p.accept(excluding) {
		if s.excluding, err = p.days(); err != nil {
			return nil, err
		}
		more = "the end"
		if p.at(including) {
			return nil, errorAt(p.tokens[0].at, "including must stand before excluding")
		}
	}
	if !p.at(end) {
		return nil, p.expected("%s", more)
	}
	return s, nil
}

// since reads from when to when.
func (p *parser) since(s *Selector) (err *Error) {
	p.accept(from)
	if s.from, err = p.time("a time such as 1 day"); err != nil {
		return err
	}
	p.accept(ago)
	s.to = 0
	if p.accept(to) {
		if s.to, err = p.time("a time such as 1 hour"); err != nil {
			return err
		}
		p.accept(ago)
	}
	if s.from < s.to {
		s.from, s.to = s.to, s.from
	}
	return nil
}

// maxTime is the longest time, 1,000,000 years.
const maxTime = 365_000_000 * 24 * int64(time.Hour/time.Millisecond)

// time reads a time, in milliseconds.
func (p *parser) time(wanted string) (int64, *Error) {
	if !p.at(number) {
		return 0, p.expected("%s", wanted)
	}
	written := p.tokens[0]
	p.accept(number)
	if !p.at(unit) {
		return 0, p.expected("seconds, minutes, hours or days")
	}
	each := milliseconds(p.tokens[0].text[0])
	p.accept(unit)
	n, err := strconv.ParseInt(written.text, 10, 64)
	if err != nil || n > maxTime/each {
		return 0, errorAt(written.at, "a time of more than 1,000,000 years")
	}
	return n * each, nil
}

// milliseconds returns those of a unit by its first letter.
func milliseconds(letter byte) int64 {
	switch letter {
	case 's':
		return time.Second.Milliseconds()
	case 'm':
		return time.Minute.Milliseconds()
	case 'h':
		return time.Hour.Milliseconds()
	}
	return 24 * time.Hour.Milliseconds()
}

func (p *parser) days() ([]days, *Error) {
	var all []days
	for {
		if !p.at(day) {
			return nil, p.expected("a day, such as mondays, weekends, holidays:us or date:2026/12/24")
		}
		name := p.tokens[0]
		p.accept(day)
		var arguments []string
		for p.at(argument) {
			arguments = append(arguments, p.tokens[0].text)
			p.accept(argument)
		}
		d, err := newDays(name, arguments)
		if err != nil {
			return nil, err
		}
		if all = append(all, d); !p.accept(comma) {
			return all, nil
		}
	}
}
