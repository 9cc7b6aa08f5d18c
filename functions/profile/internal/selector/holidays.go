package selector

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/ua"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// usualCountry is that of holidays without one.
const usualCountry = "us"

// countries are the public holidays by country, in the codes of ISO 3166.
var countries = map[string][]*cal.Holiday{
	"ar": ar.Holidays, "at": at.Holidays, "be": be.Holidays, "bg": bg.Holidays, "br": br.Holidays,
	"ca": ca.Holidays, "ch": ch.Holidays, "cz": cz.Holidays, "de": de.Holidays, "dk": dk.Holidays, "es": es.Holidays,
	"fr": fr.Holidays, "gb": gb.Holidays, "gr": gr.Holidays, "hr": hr.Holidays, "ie": ie.Holidays, "it": it.Holidays,
	"jp": jp.Holidays, "lt": lt.Holidays, "lv": lv.Holidays, "nl": nl.Holidays, "no": no.Holidays, "nz": nz.Holidays,
	"pl": pl.Holidays, "ro": ro.Holidays, "ru": ru.Holidays, "se": se.Holidays, "si": si.Holidays, "sk": sk.Holidays,
	"ua": ua.Holidays, "us": us.Holidays, "za": za.Holidays,
}

// regions are the public holidays of the regions of countries, in the codes of ISO 3166-2.
var regions = map[string]map[string][]*cal.Holiday{
	"au": {
		"act": au.HolidaysACT, "nsw": au.HolidaysNSW, "nt": au.HolidaysNT, "qld": au.HolidaysQLD,
		"sa": au.HolidaysSA, "tas": au.HolidaysTAS, "vic": au.HolidaysVIC, "wa": au.HolidaysWA,
	},
	"ch": {
		"zh": ch.HolidaysZH, "be": ch.HolidaysBE, "lu": ch.HolidaysLU, "ur": ch.HolidaysUR,
		"sz": ch.HolidaysSZ, "ow": ch.HolidaysOW, "nw": ch.HolidaysNW, "gl": ch.HolidaysGL,
		"zg": ch.HolidaysZG, "fr": ch.HolidaysFR, "so": ch.HolidaysSO, "bs": ch.HolidaysBS,
		"bl": ch.HolidaysBL, "sh": ch.HolidaysSH, "ar": ch.HolidaysAR, "ai": ch.HolidaysAI,
		"sg": ch.HolidaysSG, "gr": ch.HolidaysGR, "ag": ch.HolidaysAG, "tg": ch.HolidaysTG,
		"vd": ch.HolidaysVD, "ti": ch.HolidaysTI, "vs": ch.HolidaysVS, "ne": ch.HolidaysNE,
		"ge": ch.HolidaysGE, "ju": ch.HolidaysJU,
	},
	"de": {
		"bw": de.HolidaysBW, "by": de.HolidaysBY, "be": de.HolidaysBE, "bb": de.HolidaysBB,
		"hb": de.HolidaysHB, "hh": de.HolidaysHH, "he": de.HolidaysHE, "mv": de.HolidaysMV,
		"ni": de.HolidaysNI, "nw": de.HolidaysNW, "rp": de.HolidaysRP, "sl": de.HolidaysSL,
		"sn": de.HolidaysSN, "st": de.HolidaysST, "sh": de.HolidaysSH, "th": de.HolidaysTH,
	},
}

// newHolidays returns the public holidays of a country, a region of which may follow it.
func newHolidays(name token, arguments []string) (days, *Error) {
	country := usualCountry
	if len(arguments) > 0 {
		country = strings.ToLower(arguments[0])
	}
	holidays, ofRegions := countries[country], regions[country]
	if len(arguments) > 1 && ofRegions != nil {
		holidays = ofRegions[strings.ToLower(arguments[1])]
	}
	switch {
	case holidays == nil && ofRegions != nil:
		return nil, errorAt(name.at, "holidays of %s are known for the regions %s; write one, such as %s:%s:%s",
			country, names(ofRegions), name.text, country, slices.Sorted(maps.Keys(ofRegions))[0])
	case holidays == nil:
		return nil, errorAt(name.at, "the holidays of %q are not known, but those of au, %s", country, names(countries))
	case len(arguments) > 1 && ofRegions == nil:
		return nil, errorAt(name.at, "no regions of %s are known; write %s:%[1]s", country, name.text)
	}
	calendar := &cal.Calendar{}
	calendar.AddHoliday(holidays...)
	return func(start, _ time.Time) bool {
		actual, observed, _ := calendar.IsHoliday(start)
		return actual || observed
	}, nil
}

func names[T any](of map[string]T) string { return strings.Join(slices.Sorted(maps.Keys(of)), ", ") }
