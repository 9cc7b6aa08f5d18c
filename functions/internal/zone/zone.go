// Package zone finds time zones by the names that Java knows, and has the names of the
// times that zones keep.
package zone

import (
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // for machines without the database
)

// known are the zones that were found by their names in the database. There are as many
// as that has.
var known sync.Map // string to *time.Location

// Find returns the time zone of a name: one of the time zone database, a short one of old
// that Java keeps, such as PST, or a difference to GMT, such as GMT+3 or GMT-03:30. UTC,
// UT, GMT and Z may be in any case. ok is false for other names.
func Find(name string) (location *time.Location, ok bool) {
	switch strings.ToUpper(name) {
	case "UTC", "UT", "Z":
		return time.UTC, true
	case "GMT":
		return gmt, true
	}
	if fixed, ok := fixedZones[name]; ok {
		return fixed, true
	}
	if difference, ok := strings.CutPrefix(name, "GMT"); ok && difference != "0" {
		return fromGMT(difference)
	}
	if newer, ok := oldNames[name]; ok {
		name = newer
	}
	if location, ok := known.Load(name); ok {
		return location.(*time.Location), true
	}
	if !isName(name) {
		return nil, false
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	known.Store(name, location)
	return location, true
}

// isName reports whether a name may be one of the database, rather than a path, or what
// some machines keep beside it.
func isName(name string) bool {
	for _, part := range []string{"posix", "right", "local", "Local", "."} {
		if strings.HasPrefix(name, part) {
			return false
		}
	}
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == ""
}

var gmt = time.FixedZone("GMT", 0)

// fixedZones are the old names of zones without summer time.
var fixedZones = map[string]*time.Location{
	"EST": time.FixedZone("EST", -5*60*60),
	"MST": time.FixedZone("MST", -7*60*60),
	"HST": time.FixedZone("HST", -10*60*60),
}

// oldNames are the short names of zones that Java has had from its beginning.
var oldNames = map[string]string{
	"ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires",
	"ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka",
	"CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
	"EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "IET": "America/Indiana/Indianapolis",
	"IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan",
	"NST": "Pacific/Auckland", "PLT": "Asia/Karachi", "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico",
	"PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh",
}

// fromGMT reads a difference to GMT: +h, +hh, +hmm, +hhmm, +h:mm or +hh:mm, or the same
// with a minus.
func fromGMT(difference string) (location *time.Location, ok bool) {
	if difference == "" || difference[0] != '+' && difference[0] != '-' {
		return nil, false
	}
	hours, minutes, colon := strings.Cut(difference[1:], ":")
	if !colon && len(hours) > 2 {
		hours, minutes = hours[:len(hours)-2], hours[len(hours)-2:]
	}
	h, okay := number(hours, 1, 2)
	m := 0
	if okay && minutes != "" || colon {
		m, ok = number(minutes, 2, 2)
		okay = okay && ok
	}
	if !okay || h > 23 || m > 59 {
		return nil, false
	}
	if h == 0 && m == 0 {
		return gmt, true
	}
	offset := (h*60 + m) * 60
	if difference[0] == '-' {
		offset = -offset
	}
	return time.FixedZone(fmt.Sprintf("GMT%c%02d:%02d", difference[0], h, m), offset), true
}

// number reads a number of at least and at most so many digits.
func number(digits string, least, most int) (n int, ok bool) {
	if len(digits) < least || len(digits) > most {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}
