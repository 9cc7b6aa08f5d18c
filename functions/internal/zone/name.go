package zone

import (
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/internal/calendar"
)

// times are the names of the times that a zone keeps: its standard time and, unless
// empty, its summer time, in full and short. They are those of the Unicode CLDR in
// English, as Java shows them.
type times struct {
	standard, summer           string
	shortStandard, shortSummer string

	// In which zones of the database the short names mean this: those that begin so.
	in []string
	// A zone that keeps this time, for texts that name it.
	example string
}

// named is in the order in which names are looked for in a text: of two times with one
// short name, the first is meant.
var named = []times{
	{standard: "Coordinated Universal Time", shortStandard: "UTC", example: "UTC"},
	{standard: "Greenwich Mean Time", shortStandard: "GMT", in: []string{"GMT", "Etc/GMT", "Greenwich"}, example: "GMT"},
	{standard: "Eastern Standard Time", summer: "Eastern Daylight Time", shortStandard: "EST", shortSummer: "EDT", example: "America/New_York"},
	{standard: "Central Standard Time", summer: "Central Daylight Time", shortStandard: "CST", shortSummer: "CDT",
		in: []string{"America/", "US/", "Canada/", "Mexico/", "CST"}, example: "America/Chicago"},
	{standard: "Mountain Standard Time", summer: "Mountain Daylight Time", shortStandard: "MST", shortSummer: "MDT", example: "America/Denver"},
	{standard: "Pacific Standard Time", summer: "Pacific Daylight Time", shortStandard: "PST", shortSummer: "PDT",
		in: []string{"America/", "US/", "Canada/", "Mexico/", "PST"}, example: "America/Los_Angeles"},
	{standard: "Alaska Standard Time", summer: "Alaska Daylight Time", shortStandard: "AKST", shortSummer: "AKDT", example: "America/Anchorage"},
	{standard: "Hawaii-Aleutian Standard Time", summer: "Hawaii-Aleutian Daylight Time", shortStandard: "HST", shortSummer: "HDT", example: "Pacific/Honolulu"},
	{standard: "Atlantic Standard Time", summer: "Atlantic Daylight Time", shortStandard: "AST", shortSummer: "ADT", example: "America/Halifax"},
	{standard: "Newfoundland Standard Time", summer: "Newfoundland Daylight Time", shortStandard: "NST", shortSummer: "NDT", example: "America/St_Johns"},
	{standard: "Western European Standard Time", summer: "Western European Summer Time", shortStandard: "WET", shortSummer: "WEST", example: "Europe/Lisbon"},
	{standard: "Central European Standard Time", summer: "Central European Summer Time", shortStandard: "CET", shortSummer: "CEST", example: "Europe/Paris"},
	{standard: "Eastern European Standard Time", summer: "Eastern European Summer Time", shortStandard: "EET", shortSummer: "EEST", example: "Europe/Athens"},
	{standard: "Moscow Standard Time", shortStandard: "MSK", example: "Europe/Moscow"},
	{standard: "Greenwich Mean Time", summer: "British Summer Time", shortStandard: "GMT", shortSummer: "BST",
		in: []string{"Europe/", "GB", "Atlantic/", "Africa/", "America/", "Antarctica/", "Iceland", "Eire"}, example: "Europe/London"},
	{standard: "Israel Standard Time", summer: "Israel Daylight Time", shortStandard: "IST", shortSummer: "IDT",
		in: []string{"Asia/Jerusalem", "Asia/Tel_Aviv", "Israel"}, example: "Asia/Jerusalem"},
	{standard: "Irish Standard Time", shortStandard: "IST", in: []string{"Europe/Dublin", "Eire"}, example: "Europe/Dublin"},
	{standard: "India Standard Time", shortStandard: "IST", in: []string{"Asia/Kolkata", "Asia/Calcutta"}, example: "Asia/Kolkata"},
	{standard: "South Africa Standard Time", shortStandard: "SAST", example: "Africa/Johannesburg"},
	{standard: "West Africa Standard Time", shortStandard: "WAT", example: "Africa/Lagos"},
	{standard: "Central Africa Time", shortStandard: "CAT", example: "Africa/Maputo"},
	{standard: "East Africa Time", shortStandard: "EAT", example: "Africa/Nairobi"},
	{standard: "Pakistan Standard Time", shortStandard: "PKT", example: "Asia/Karachi"},
	{standard: "Western Indonesia Time", shortStandard: "WIB", example: "Asia/Jakarta"},
	{standard: "Central Indonesia Time", shortStandard: "WITA", example: "Asia/Makassar"},
	{standard: "Eastern Indonesia Time", shortStandard: "WIT", example: "Asia/Jayapura"},
	{standard: "Hong Kong Standard Time", summer: "Hong Kong Summer Time", shortStandard: "HKT", shortSummer: "HKST", example: "Asia/Hong_Kong"},
	{standard: "China Standard Time", summer: "China Daylight Time", shortStandard: "CST", shortSummer: "CDT",
		in: []string{"Asia/Shanghai", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "Asia/Macau", "Asia/Macao", "PRC"}, example: "Asia/Shanghai"},
	{standard: "Taipei Standard Time", summer: "Taipei Daylight Time", shortStandard: "CST", shortSummer: "CDT", in: []string{"Asia/Taipei", "ROC"}, example: "Asia/Taipei"},
	{standard: "Cuba Standard Time", summer: "Cuba Daylight Time", shortStandard: "CST", shortSummer: "CDT", in: []string{"America/Havana", "Cuba"}, example: "America/Havana"},
	{standard: "Philippine Standard Time", shortStandard: "PST", in: []string{"Asia/Manila"}, example: "Asia/Manila"},
	{standard: "Japan Standard Time", summer: "Japan Daylight Time", shortStandard: "JST", shortSummer: "JDT", example: "Asia/Tokyo"},
	{standard: "Korean Standard Time", summer: "Korean Daylight Time", shortStandard: "KST", shortSummer: "KDT", example: "Asia/Seoul"},
	{standard: "Australian Western Standard Time", summer: "Australian Western Daylight Time", shortStandard: "AWST", shortSummer: "AWDT", example: "Australia/Perth"},
	{standard: "Australian Central Standard Time", summer: "Australian Central Daylight Time", shortStandard: "ACST", shortSummer: "ACDT", example: "Australia/Adelaide"},
	{standard: "Australian Eastern Standard Time", summer: "Australian Eastern Daylight Time", shortStandard: "AEST", shortSummer: "AEDT", example: "Australia/Sydney"},
	{standard: "New Zealand Standard Time", summer: "New Zealand Daylight Time", shortStandard: "NZST", shortSummer: "NZDT", example: "Pacific/Auckland"},
	{standard: "Samoa Standard Time", shortStandard: "SST", example: "Pacific/Pago_Pago"},
	{standard: "Chamorro Standard Time", shortStandard: "ChST", example: "Pacific/Guam"},
}

// unnamed are the full names of times of zones that the database has no letters for.
var unnamed = map[string]string{
	"America/Argentina/Buenos_Aires": "Argentina Standard Time", "America/Buenos_Aires": "Argentina Standard Time",
	"America/Argentina/Cordoba": "Argentina Standard Time", "America/Sao_Paulo": "Brasilia Standard Time",
	"Brazil/East": "Brasilia Standard Time", "America/Bahia": "Brasilia Standard Time", "America/Fortaleza": "Brasilia Standard Time",
	"America/Manaus": "Amazon Standard Time", "America/Bogota": "Colombia Standard Time", "America/Caracas": "Venezuela Time",
	"America/Lima": "Peru Standard Time", "America/La_Paz": "Bolivia Time", "America/Guayaquil": "Ecuador Time",
	"America/Montevideo": "Uruguay Standard Time", "America/Asuncion": "Paraguay Standard Time", "America/Santiago": "Chile Standard Time",
	"America/Guyana": "Guyana Time", "America/Paramaribo": "Suriname Time", "America/Cayenne": "French Guiana Time",
	"Asia/Almaty": "Kazakhstan Time", "Asia/Baghdad": "Arabian Standard Time", "Asia/Baku": "Azerbaijan Standard Time",
	"Asia/Bangkok": "Indochina Time", "Asia/Brunei": "Brunei Darussalam Time", "Asia/Colombo": "India Standard Time",
	"Asia/Dhaka": "Bangladesh Standard Time", "Asia/Dubai": "Gulf Standard Time", "Asia/Muscat": "Gulf Standard Time",
	"Asia/Ho_Chi_Minh": "Indochina Time", "Asia/Saigon": "Indochina Time", "Asia/Kabul": "Afghanistan Time",
	"Asia/Kathmandu": "Nepal Time", "Asia/Katmandu": "Nepal Time", "Asia/Kuala_Lumpur": "Malaysia Time",
	"Asia/Kuwait": "Arabian Standard Time", "Asia/Bahrain": "Arabian Standard Time", "Asia/Qatar": "Arabian Standard Time",
	"Asia/Riyadh": "Arabian Standard Time", "Asia/Singapore": "Singapore Standard Time", "Singapore": "Singapore Standard Time",
	"Asia/Tashkent": "Uzbekistan Standard Time", "Asia/Tbilisi": "Georgia Standard Time", "Asia/Tehran": "Iran Standard Time",
	"Iran": "Iran Standard Time", "Asia/Thimphu": "Bhutan Time", "Asia/Ulaanbaatar": "Ulaanbaatar Standard Time",
	"Asia/Yangon": "Myanmar Time", "Asia/Rangoon": "Myanmar Time", "Asia/Yerevan": "Armenia Standard Time",
	"Asia/Yekaterinburg": "Yekaterinburg Standard Time", "Asia/Omsk": "Omsk Standard Time", "Asia/Novosibirsk": "Novosibirsk Standard Time",
	"Asia/Krasnoyarsk": "Krasnoyarsk Standard Time", "Asia/Irkutsk": "Irkutsk Standard Time", "Asia/Yakutsk": "Yakutsk Standard Time",
	"Asia/Vladivostok": "Vladivostok Standard Time", "Asia/Magadan": "Magadan Standard Time", "Asia/Kamchatka": "Petropavlovsk-Kamchatski Standard Time",
	"Europe/Minsk": "Moscow Standard Time", "Europe/Samara": "Samara Standard Time", "Indian/Maldives": "Maldives Time",
	"Indian/Mauritius": "Mauritius Standard Time", "Indian/Reunion": "Réunion Time", "Pacific/Fiji": "Fiji Standard Time",
	"Pacific/Apia": "Apia Standard Time", "Pacific/Tongatapu": "Tonga Standard Time", "Pacific/Port_Moresby": "Papua New Guinea Time",
	"Pacific/Guadalcanal": "Solomon Islands Time", "Pacific/Noumea": "New Caledonia Standard Time", "Pacific/Tahiti": "Tahiti Time",
	"Atlantic/Azores": "Azores Standard Time", "Atlantic/Cape_Verde": "Cape Verde Standard Time",
}

// universal are the zones of the database that are UTC.
var universal = map[string]bool{
	"UTC": true, "Etc/UTC": true, "Etc/UCT": true, "UCT": true, "Etc/Universal": true, "Universal": true, "Etc/Zulu": true, "Zulu": true,
}

// FullName returns the full name of the time that a zone keeps at a moment, and the
// difference to GMT if it has none.
func FullName(location *time.Location, f *calendar.Fields) string {
	id, short := location.String(), f.ZoneName()
	if universal[id] {
		return named[0].standard
	}
	if name, ok := unnamed[id]; ok {
		return name
	}
	for i := range named {
		t := &named[i]
		if !t.isOf(id) {
			continue
		}
		switch short {
		case t.shortStandard:
			return t.standard
		case t.shortSummer:
			return t.summer
		}
	}
	return short
}

// isOf reports whether the short names have this meaning in a zone. A zone that times
// further on name by its beginning is theirs.
func (t *times) isOf(id string) bool {
	if t.in == nil {
		return true
	}
	if !startsWithOneOf(id, t.in) {
		return false
	}
	for i := range named {
		if other := &named[i]; other != t && other.shortStandard == t.shortStandard && startsWithOneOf(id, other.in) && len(other.in[0]) > len(t.in[0]) {
			return false
		}
	}
	return true
}

func startsWithOneOf(id string, beginnings []string) bool {
	for _, beginning := range beginnings {
		if strings.HasPrefix(id, beginning) {
			return true
		}
	}
	return false
}

// Time is a time that a text names: that of a zone, with or without summer time.
type Time struct {
	Location *time.Location
	Summer   bool
	Length   int // of the name, in bytes
}

// Named finds the name of a time at the start of a text, in full or short and in any
// case: one of the zone own, else one of those that are known everywhere.
func Named(text string, own *time.Location) (t Time, ok bool) {
	id := own.String()
	for i := range named {
		candidate := &named[i]
		if !candidate.isOwnOf(own, id) {
			continue
		}
		if summer, length := candidate.find(text); length > 0 {
			return Time{own, summer, length}, true
		}
	}
	if name, ok := unnamed[id]; ok && hasPrefix(text, name) {
		return Time{own, false, len(name)}, true
	}
	for i := range named {
		candidate := &named[i]
		summer, length := candidate.find(text)
		if length == 0 {
			continue
		}
		if location, ok := Find(candidate.example); ok {
			return Time{location, summer, length}, true
		}
	}
	return Time{}, false
}

// isOwnOf reports whether a zone keeps these times at present.
func (t *times) isOwnOf(own *time.Location, id string) bool {
	if !t.isOf(id) {
		return false
	}
	const summer2030 = 1_909_440_000_000
	january, july := calendar.At(summer2030-182*24*60*60*1000, own), calendar.At(summer2030, own)
	for _, f := range []*calendar.Fields{&january, &july} {
		if name := f.ZoneName(); name == t.shortStandard || t.shortSummer != "" && name == t.shortSummer {
			return true
		}
	}
	return false
}

// find looks for one of the names at the start of a text.
func (t *times) find(text string) (summer bool, length int) {
	for _, name := range []string{t.standard, t.shortStandard} {
		if hasPrefix(text, name) {
			return false, len(name)
		}
	}
	for _, name := range []string{t.summer, t.shortSummer} {
		if name != "" && hasPrefix(text, name) {
			return true, len(name)
		}
	}
	return false, 0
}

// hasPrefix reports whether a text begins with a name, in any case.
func hasPrefix(text, name string) bool {
	return len(text) >= len(name) && strings.EqualFold(text[:len(name)], name)
}
