package selector

import (
	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/de"
)

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
