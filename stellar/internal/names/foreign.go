package names

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// foreign holds names of functions that people bring from SQL, spreadsheets, jq,
// Splunk, CEL, Python, Go and their like, in upper case, with what is written
// here: a function, or words that say how. It lacks names that are near enough to
// the right one to be taken for a slip.
var foreign = map[string]string{
	// Texts.
	"LEN": "LENGTH", "STRLEN": "LENGTH", "CHAR_LENGTH": "LENGTH", "CHARACTER_LENGTH": "LENGTH", "SIZE": "LENGTH",
	"COUNT": "LENGTH", "CARDINALITY": "LENGTH", "MVCOUNT": "LENGTH",
	"CONCAT": "JOIN", "CONCAT_WS": "JOIN", "CONCATENATE": "JOIN", "STRCAT": "JOIN", "TEXTJOIN": "JOIN",
	"STRING_AGG": "JOIN", "GROUP_CONCAT": "JOIN", "IMPLODE": "JOIN",
	"SUBSTR": "SUBSTRING", "MID": "SUBSTRING", "SLICE": "SUBSTRING",
	"LEFT": "write SUBSTRING(text, 0, length)", "RIGHT": "write SUBSTRING(text, LENGTH(text) - length)",
	"CONTAINS": contains, "INCLUDES": contains, "INSTR": contains, "STRPOS": contains, "CHARINDEX": contains, "POSITION": contains,
	"INDEXOF": contains, "INDEX_OF": contains, "FIND": contains, "SEARCH": contains, "ISIN": contains, "IS_IN": contains, "INSIDE": contains,
	"LOWER": "TO_LOWER", "LCASE": "TO_LOWER", "LOWERCASE": "TO_LOWER", "TOLOWERCASE": "TO_LOWER",
	"DOWNCASE": "TO_LOWER", "ASCII_DOWNCASE": "TO_LOWER", "CASEFOLD": "TO_LOWER",
	"UPPER": "TO_UPPER", "UCASE": "TO_UPPER", "UPPERCASE": "TO_UPPER", "TOUPPERCASE": "TO_UPPER",
	"UPCASE": "TO_UPPER", "ASCII_UPCASE": "TO_UPPER",
	"REPLACE": "REGEXP_REPLACE", "REPLACEALL": "REGEXP_REPLACE", "REPLACE_ALL": "REGEXP_REPLACE", "SUBSTITUTE": "REGEXP_REPLACE",
	"SUB": "REGEXP_REPLACE", "GSUB": "REGEXP_REPLACE",
	"REGEX": "REGEXP_MATCH", "REGEXP": "REGEXP_MATCH", "MATCHES": "REGEXP_MATCH", "RLIKE": "REGEXP_MATCH", "LIKE": "REGEXP_MATCH",
	"ILIKE": "REGEXP_MATCH", "REGEXP_LIKE": "REGEXP_MATCH", "REGEXP_CONTAINS": "REGEXP_MATCH", "RE_MATCH": "REGEXP_MATCH",
	"REGEX_TEST": "REGEXP_MATCH",
	"EXTRACT":    "REGEXP_GROUP_VAL", "CAPTURE": "REGEXP_GROUP_VAL", "REX": "REGEXP_GROUP_VAL", "REGEXP_EXTRACT": "REGEXP_GROUP_VAL",
	"REGEX_EXTRACT": "REGEXP_GROUP_VAL", "REGEXEXTRACT": "REGEXP_GROUP_VAL", "REGEXP_SUBSTR": "REGEXP_GROUP_VAL",
	"STRIP": "TRIM", "TRIMSPACE": "TRIM",
	"HASPREFIX": "STARTS_WITH", "HAS_PREFIX": "STARTS_WITH", "BEGINSWITH": "STARTS_WITH", "BEGINS_WITH": "STARTS_WITH",
	"HASSUFFIX": "ENDS_WITH", "HAS_SUFFIX": "ENDS_WITH",
	"LPAD": "FILL_LEFT", "PADLEFT": "FILL_LEFT", "PAD_LEFT": "FILL_LEFT", "PADSTART": "FILL_LEFT", "ZFILL": "FILL_LEFT",
	"RPAD": "FILL_RIGHT", "PADRIGHT": "FILL_RIGHT", "PAD_RIGHT": "FILL_RIGHT", "PADEND": "FILL_RIGHT",
	"SPRINTF": "FORMAT", "PRINTF": "FORMAT",
	"EXPLODE": "SPLIT", "STRTOK": "SPLIT", "TOKENIZE": "SPLIT", "MAKEMV": "SPLIT",
	"ENTROPY": "STRING_ENTROPY", "UT_SHANNON": "STRING_ENTROPY",

	// What is there, and choices.
	"COALESCE": otherwise, "NVL": otherwise, "IFNULL": otherwise, "IF_NULL": otherwise, "FILLNULL": otherwise,
	"NULLIF": "write if a == b then null else a",
	"IIF":    choice, "IFF": choice, "IFELSE": choice, "IF_ELSE": choice, "TERNARY": choice,
	"CASE": cases, "SWITCH": cases, "COND": cases, "IFS": cases,
	"ISNULL": "write x == null", "IS_NULL": "write x == null",
	"ISNOTNULL": present, "IS_NOT_NULL": present, "NOTNULL": present, "DEFINED": present, "HAS": present, "ISPRESENT": present,
	"ISBLANK": "IS_EMPTY", "IS_BLANK": "IS_EMPTY", "BLANK": "IS_EMPTY", "EMPTY": "IS_EMPTY",
	"NVL2": "write if x != null then a else b",

	// Numbers.
	"CEIL": "CEILING", "LOG": "write LN(x), or LOG10(x)",
	"POW": "write x * x, or EXP(y * LN(x))", "POWER": "write x * x, or EXP(y * LN(x))",
	"MOD":      "write x - y * FLOOR(x / y)",
	"GREATEST": "MAX", "MAXIMUM": "MAX", "LEAST": "MIN", "MINIMUM": "MIN",
	"SUM": sum, "TOTAL": sum,
	"AVG": average, "AVERAGE": average, "MEAN": average,
	"STDEV": deviation, "STDDEV": deviation, "STDDEV_SAMP": deviation, "STD": deviation,
	"INT": "TO_INTEGER", "TO_INT": "TO_INTEGER", "TOINT": "TO_INTEGER", "PARSEINT": "TO_INTEGER", "ATOI": "TO_INTEGER", "TRUNC": "TO_INTEGER",
	"LONG": "TO_LONG", "BIGINT": "TO_LONG", "INT64": "TO_LONG",
	"FLOAT": "TO_FLOAT", "DOUBLE": "TO_DOUBLE", "NUMBER": "TO_DOUBLE", "TONUMBER": "TO_DOUBLE", "TO_NUMBER": "TO_DOUBLE",
	"PARSEFLOAT": "TO_DOUBLE",
	"STR":        "TO_STRING", "STRING": "TO_STRING",

	// Addresses.
	"CIDRMATCH": "IN_SUBNET", "CIDR_MATCH": "IN_SUBNET", "CIDRCONTAINS": "IN_SUBNET", "INCIDR": "IN_SUBNET", "IN_CIDR": "IN_SUBNET",
	"IN_NETWORK": "IN_SUBNET", "NET_CONTAINS": "IN_SUBNET", "IPV4_IS_IN_RANGE": "IN_SUBNET", "IP_IN_RANGE": "IN_SUBNET",
	"HOST": "URL_TO_HOST", "HOSTNAME": "URL_TO_HOST", "PARSE_URL": "URL_TO_HOST", "URLPARSE": "URL_TO_HOST",
	"TLD": "DOMAIN_TO_TLD",

	// Lists, sets and maps.
	"APPEND": "LIST_ADD", "PUSH": "LIST_ADD", "LIST_APPEND": "LIST_ADD", "ARRAY_APPEND": "LIST_ADD", "MVAPPEND": "LIST_ADD",
	"FIRST": "GET_FIRST", "HEAD": "GET_FIRST", "LAST": "GET_LAST",
	"NTH": "GET", "MVINDEX": "GET", "INDEX": "GET", "ELEMENT_AT": "GET",
	"LOOKUP": "MAP_GET", "VLOOKUP": "MAP_GET", "XLOOKUP": "MAP_GET", "GETPATH": "MAP_GET", "DICT_GET": "MAP_GET", "GETFIELD": "MAP_GET",
	"HASKEY": "MAP_EXISTS", "HAS_KEY": "MAP_EXISTS", "CONTAINS_KEY": "MAP_EXISTS", "CONTAINSKEY": "MAP_EXISTS",
	"WHERE": "FILTER", "SELECT": "FILTER", "MVMAP": "MAP", "FOREACH": "MAP", "FOLD": "REDUCE", "INJECT": "REDUCE",
	"UNIQUE": "SET_INIT", "DISTINCT": "SET_INIT", "DEDUP": "SET_INIT", "MVDEDUP": "SET_INIT", "SET": "SET_INIT",
	"PARSE_JSON": "TO_JSON_OBJECT", "JSON_PARSE": "TO_JSON_OBJECT", "JSON_DECODE": "TO_JSON_OBJECT", "FROMJSON": "TO_JSON_OBJECT",
	"FROM_JSON": "TO_JSON_OBJECT", "SPATH": "TO_JSON_OBJECT",
}

const (
	contains  = "write part in text, or item in list"
	otherwise = "write if a != null then a else b"
	choice    = "write if condition then a else b"
	cases     = "write match { condition => a, default => b }"
	present   = "write exists(name), or x != null"
	sum       = "write REDUCE(list, (sum, x) -> sum + x, 0)"
	average   = "write STATS_MEAN(STATS_ADD(STATS_INIT(), list))"
	deviation = "write STATS_SD(STATS_ADD(STATS_INIT(), list))"
)

var called = regexp.MustCompile(`([A-Z][A-Z0-9_]+)\(`)

// MeantFunction returns what was probably meant by the name of a function that
// there is not: a function, or words that say what to write, which have blanks in
// them; "" if that is not known.
func (x *Index) MeantFunction(name string) string {
	upper, nearest := strings.ToUpper(name), x.Nearest(name)
	if strings.ToUpper(nearest) == upper {
		return nearest
	}
	return cmp.Or(x.fromElsewhere(upper), nearest)
}

// fromElsewhere returns what is written here for a name from elsewhere, unless that
// takes a function that there is not.
func (x *Index) fromElsewhere(upper string) string {
	meant := foreign[upper]
	if !strings.Contains(meant, " ") {
		if !x.has(meant) {
			return ""
		}
		return meant
	}
	for _, call := range called.FindAllStringSubmatch(meant, -1) {
		if !x.has(call[1]) {
			return ""
		}
	}
	return meant
}

func (x *Index) has(name string) bool {
	return slices.ContainsFunc(x.entries, func(e entry) bool { return e.name == name })
}
