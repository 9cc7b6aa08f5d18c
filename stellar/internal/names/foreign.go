package names

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// foreign holds names of functions that people bring from SQL, spreadsheets, jq,
// Splunk, CEL, Python, Go and their like, in upper case, with what is written
// here: a function that takes the same arguments in the same order and means the
// same, or words that say how to write it. It lacks names that are near enough to
// the right one to be taken for a slip.
var foreign = map[string]string{
	// Texts.
	"LEN": "LENGTH", "STRLEN": "LENGTH", "CHAR_LENGTH": "LENGTH", "CHARACTER_LENGTH": "LENGTH", "SIZE": "LENGTH",
	"COUNT": "LENGTH", "CARDINALITY": "LENGTH", "MVCOUNT": "LENGTH",
	"CONCAT": joined, "CONCATENATE": joined, "STRCAT": joined,
	"CONCAT_WS": separated, "TEXTJOIN": separated, "IMPLODE": separated,
	"STRING_AGG": "JOIN", "GROUP_CONCAT": "JOIN",
	"SUBSTR": part, "MID": part,
	"LEFT": "write SUBSTRING(text, 0, length)", "RIGHT": "write SUBSTRING(text, LENGTH(text) - length)",
	"INCLUDES": "CONTAINS", "INSTR": "INDEX_OF", "STRPOS": "INDEX_OF", "CHARINDEX": place, "POSITION": place,
	"FIND": place, "SEARCH": contains, "ISIN": contains, "IS_IN": contains, "INSIDE": contains,
	"LOWER": "TO_LOWER", "LCASE": "TO_LOWER", "LOWERCASE": "TO_LOWER", "TOLOWERCASE": "TO_LOWER", "LOWERASCII": "TO_LOWER",
	"DOWNCASE": "TO_LOWER", "ASCII_DOWNCASE": "TO_LOWER", "CASEFOLD": "TO_LOWER",
	"UPPER": "TO_UPPER", "UCASE": "TO_UPPER", "UPPERCASE": "TO_UPPER", "TOUPPERCASE": "TO_UPPER", "UPPERASCII": "TO_UPPER",
	"UPCASE": "TO_UPPER", "ASCII_UPCASE": "TO_UPPER",
	"REPLACE_ALL": "REPLACE", "SUBSTITUTE": "REPLACE", "SUB": replaced, "GSUB": replaced,
	"REGEX": matched, "REGEXP": matched, "MATCHES": matched, "RLIKE": matched, "REGEXP_LIKE": matched, "REGEXMATCH": matched,
	"REGEXP_CONTAINS": matched, "RE_MATCH": matched, "REGEX_TEST": matched,
	"LIKE": like, "ILIKE": like, "WILDCARD": like, "GLOB": like, "FNMATCH": like,
	"EXTRACT": group, "CAPTURE": group, "REX": group, "REGEXP_EXTRACT": group, "REGEX_EXTRACT": group, "REGEXEXTRACT": group, "REGEXP_SUBSTR": group,
	"STRIP": "TRIM", "TRIMSPACE": "TRIM",
	"HASPREFIX": "STARTS_WITH", "HAS_PREFIX": "STARTS_WITH", "BEGINSWITH": "STARTS_WITH", "BEGINS_WITH": "STARTS_WITH",
	"HASSUFFIX": "ENDS_WITH", "HAS_SUFFIX": "ENDS_WITH",
	"LPAD": padLeft, "PADLEFT": padLeft, "PAD_LEFT": padLeft, "PADSTART": padLeft, "ZFILL": padLeft, "RJUST": padLeft,
	"RPAD": padRight, "PADRIGHT": padRight, "PAD_RIGHT": padRight, "PADEND": padRight, "LJUST": padRight,
	"SPRINTF": "FORMAT", "PRINTF": "FORMAT",
	"EXPLODE": split, "STRTOK": split, "TOKENIZE": split, "MAKEMV": split, "SPLIT_PART": "write GET(SPLIT(text, separator), index); an index counts from 0",
	"ENTROPY": "STRING_ENTROPY", "UT_SHANNON": "STRING_ENTROPY",

	// What is there, and choices.
	"NVL": "COALESCE", "IFNULL": "COALESCE", "IF_NULL": "COALESCE", "FILLNULL": "COALESCE",
	"IFERROR": "TRY", "IFNA": "TRY", "TRY_CAST": "TRY", "ON_ERROR": "TRY", "CATCH": "TRY",
	"NULLIF": "write if a == b then null else a",
	"IIF":    choice, "IFF": choice, "IFELSE": choice, "IF_ELSE": choice, "TERNARY": choice, "IF_THEN_ELSE": choice,
	"CASE": cases, "SWITCH": cases, "COND": cases, "IFS": cases,
	"ISNULL": "write x == null", "IS_NULL": "write x == null",
	"ISNOTNULL": present, "IS_NOT_NULL": present, "NOTNULL": present, "DEFINED": present, "HAS": present, "ISPRESENT": present,
	"ISBLANK": "IS_EMPTY", "IS_BLANK": "IS_EMPTY", "BLANK": "IS_EMPTY", "EMPTY": "IS_EMPTY",
	"NVL2": "write if x != null then a else b",
	"XOR":  "write a != b", "EQUALS": "write a == b",
	"BETWEEN": "write x >= low and x <= high",

	// Numbers.
	"CEIL": "CEILING", "LOG": "write LN(x), or LOG10(x)",
	"POW": "write x * x, or EXP(y * LN(x))", "POWER": "write x * x, or EXP(y * LN(x))",

	"GREATEST": "write MAX([a, b])", "MAXIMUM": "MAX", "LEAST": "write MIN([a, b])", "MINIMUM": "MIN",
	"SUM": sum, "TOTAL": sum,
	"AVG": average, "AVERAGE": average, "MEAN": average,
	"STDEV": deviation, "STDDEV": deviation, "STDDEV_SAMP": deviation, "STD": deviation,
	"MEDIAN": "write STATS_PERCENTILE(STATS_ADD(STATS_INIT(), list), 50)", "PERCENTILE": "write STATS_PERCENTILE(STATS_ADD(STATS_INIT(), list), p)",
	"INT": "TO_INTEGER", "TO_INT": "TO_INTEGER", "TOINT": "TO_INTEGER", "PARSEINT": "TO_INTEGER", "ATOI": "TO_INTEGER", "TRUNC": "TO_INTEGER",
	"LONG": "TO_LONG", "BIGINT": "TO_LONG", "INT64": "TO_LONG",
	"FLOAT": "TO_FLOAT", "DOUBLE": "TO_DOUBLE", "NUMBER": "TO_DOUBLE", "TONUMBER": "TO_DOUBLE", "TO_NUMBER": "TO_DOUBLE",
	"PARSEFLOAT": "TO_DOUBLE",
	"STR":        "TO_STRING", "STRING": "TO_STRING",
	"CAST": converted, "CONVERT": converted, "TRY_CONVERT": converted,
	"ISNUM": numeric, "ISNUMBER": numeric, "ISNUMERIC": numeric, "IS_NUMERIC": numeric, "ISDIGIT": numeric,

	// Log lines.
	"PARSE_REGEX": "REGEXP_GROUPS", "PARSE_GROK": "GROK_EVAL", "GROK": "GROK_EVAL", "PARSE_KEY_VALUE": "PARSE_KV", "LOGFMT": "PARSE_KV",
	"PARSE_APACHE_LOG": "PARSE_COMMON_LOG", "PARSE_WINLOG": "PARSE_WINDOWS_EVENT", "PARSE_QUERY_STRING": "PARSE_QUERY",

	// Addresses.
	"CIDRMATCH": subnet, "CIDR_MATCH": subnet, "CIDRCONTAINS": subnet, "INCIDR": subnet, "IN_CIDR": subnet, "IPV4_IS_MATCH": subnet,
	"IN_NETWORK": subnet, "NET_CONTAINS": subnet, "IPV4_IS_IN_RANGE": subnet, "IP_IN_RANGE": subnet, "INCIDRRANGE": subnet,
	"HOST": "URL_TO_HOST", "HOSTNAME": "URL_TO_HOST", "URLPARSE": "PARSE_URL",
	"TLD":   "DOMAIN_TO_TLD",
	"GEOIP": "write GEO_GET(ip)", "IPLOCATION": "write GEO_GET(ip)", "GEO": "write GEO_GET(ip)",

	// Times, digests and encodings.
	"STRFTIME": dateFormat, "FORMAT_DATE": dateFormat, "TO_CHAR": dateFormat, "FORMATDATETIME": dateFormat,
	"STRPTIME": dateRead, "TO_DATE": dateRead, "TO_TIMESTAMP": dateRead, "PARSE_DATE": dateRead, "STR_TO_DATE": dateRead, "DATE": dateRead, "DATETIME": dateRead, "TIMESTAMP": dateRead,
	"TODAY": clock, "SYSDATE": clock, "GETDATE": clock, "CURRENT_TIMESTAMP": clock, "CURRENT_DATE": clock, "CURRENT_TIME": clock,
	"UTCNOW": clock, "UNIX_TIMESTAMP": clock,
	"DATEDIFF": elapsed, "DATE_DIFF": elapsed, "TIMESTAMPDIFF": elapsed,
	"DATEADD": later, "DATE_ADD": later, "DATE_SUB": later, "TIMESTAMPADD": later, "RELATIVE_TIME": later,
	"MD5": "write HASH(text, 'MD5')", "SHA1": "write HASH(text, 'SHA-1')", "SHA256": "write HASH(text, 'SHA-256')",
	"SHA512": "write HASH(text, 'SHA-512')", "SHA": digest, "SHA2": digest, "HASHBYTES": digest, "DIGEST": digest,
	"BASE64": encoded, "TO_BASE64": encoded, "BASE64_ENCODE": encoded, "B64ENCODE": encoded, "BTOA": encoded,
	"FROM_BASE64": decoded, "BASE64_DECODE": decoded, "B64DECODE": decoded, "ATOB": decoded,

	// Lists, sets and maps.
	"APPEND": "LIST_ADD", "PUSH": "LIST_ADD", "LIST_APPEND": "LIST_ADD", "ARRAY_APPEND": "LIST_ADD", "MVAPPEND": "LIST_ADD",
	"LIST": "write [a, b]", "ARRAY": "write [a, b]", "TUPLE": "write [a, b]", "DICT": "write { 'key' : value }",
	"FIRST": "GET_FIRST", "HEAD": "GET_FIRST", "LAST": "GET_LAST",
	"NTH": item, "MVINDEX": item, "INDEX": item, "ELEMENT_AT": item, "CHOOSE": item,
	"LOOKUP": keyed, "VLOOKUP": keyed, "XLOOKUP": keyed, "GETPATH": keyed, "DICT_GET": keyed, "GETFIELD": keyed, "JSON_EXTRACT": keyed,
	"HASKEY": hasKey, "HAS_KEY": hasKey, "CONTAINS_KEY": hasKey, "CONTAINSKEY": hasKey,
	"WHERE": filtered, "SELECT": filtered, "MVFILTER": filtered, "MVMAP": mapped, "FOREACH": mapped, "TRANSFORM": mapped,
	"FOLD": reduced, "INJECT": reduced, "AGGREGATE": reduced,
	"SOME": "ANY", "EXISTS": "ANY", "ANYTRUE": "ANY",
	"EVERY": "ALL", "ALLTRUE": "ALL",
	"COUNTIF": counted, "COUNT_IF": counted, "COUNTIFS": counted,
	"DISTINCT": "UNIQUE", "DEDUP": "UNIQUE", "MVDEDUP": "UNIQUE", "SET": "SET_INIT",
	"KEYS": "MAP_KEYS", "VALUES": "MAP_VALUES", "ORDER_BY": "SORT", "REMAINDER": "MOD",
	"TYPE": "TYPE_OF", "BOOL": "TO_BOOLEAN", "TO_BOOL": "TO_BOOLEAN",
	"JSON_ENCODE": "TO_JSON", "STRINGIFY": "TO_JSON",
	"PARSE_JSON": "TO_JSON_OBJECT", "JSON_PARSE": "TO_JSON_OBJECT", "JSON_DECODE": "TO_JSON_OBJECT", "FROMJSON": "TO_JSON_OBJECT",
	"FROM_JSON": "TO_JSON_OBJECT", "SPATH": "TO_JSON_OBJECT",
}

// The words begin with "write " and an expression, or several with ", or " between
// them. What is said of them besides follows a semicolon.
const (
	joined     = "write JOIN([a, b], '')"
	separated  = "write JOIN([a, b], separator)"
	part       = "write SUBSTRING(text, start, end); positions count from 0, and the end is a position too, not a length"
	contains   = "write part in text, or item in list"
	replaced   = "write REGEXP_REPLACE(text, pattern, replacement); the pattern is a regular expression"
	matched    = "write REGEXP_MATCH(text, pattern); the pattern has to match the whole text"
	like       = "write REGEXP_MATCH(text, pattern); the pattern is a regular expression, with .* for any characters and . for one"
	group      = "write REGEXP_GROUP_VAL(text, pattern, 1); the pattern has to match the whole text"
	padLeft    = "write FILL_LEFT(text, filling, length)"
	padRight   = "write FILL_RIGHT(text, filling, length)"
	split      = "write SPLIT(text, separator)"
	place      = "write INDEX_OF(text, part)"
	choice     = "write if condition then a else b"
	cases      = "write match { condition => a, default => b }"
	present    = "write exists(name), or x != null"
	sum        = "write REDUCE(list, (sum, x) -> sum + x, 0)"
	average    = "write STATS_MEAN(STATS_ADD(STATS_INIT(), list))"
	deviation  = "write STATS_SD(STATS_ADD(STATS_INIT(), list))"
	converted  = "write TO_INTEGER(x), or TO_DOUBLE(x), or TO_STRING(x)"
	numeric    = "write TO_DOUBLE(x) != null"
	subnet     = "write IN_SUBNET(ip, '10.0.0.0/8')"
	dateFormat = "write DATE_FORMAT(pattern, milliseconds)"
	dateRead   = "write TO_EPOCH_TIMESTAMP(text, pattern)"
	clock      = "write NOW(); times are numbers of milliseconds"
	elapsed    = "write end - start; times are numbers of milliseconds"
	later      = "write time + 3600000; times are numbers of milliseconds"
	digest     = "write HASH(text, 'SHA-256')"
	encoded    = "write ENCODE(text, 'BASE64')"
	decoded    = "write DECODE(text, 'BASE64')"
	item       = "write GET(list, index); an index counts from 0"
	keyed      = "write MAP_GET(key, map)"
	hasKey     = "write MAP_EXISTS(key, map)"
	filtered   = "write FILTER(list, x -> x > 1)"
	mapped     = "write MAP(list, x -> x + 1)"
	reduced    = "write REDUCE(list, (sum, x) -> sum + x, 0)"
	counted    = "write LENGTH(FILTER(list, x -> x > 1))"
)

// none holds what is said of names from elsewhere for which nothing can be written,
// or nothing with the functions that there are.
var none = map[string]string{
	"RAND": noChance, "RANDOM": noChance,
	"GEOIP": noPlaces, "IPLOCATION": noPlaces, "GEO": noPlaces,
}

const (
	noChance = "results do not depend on chance"
	noPlaces = "no function here knows where addresses are"
)

var called = regexp.MustCompile(`([A-Z][A-Z0-9_]+)\(`)

// MeantFunction returns what was probably meant by the name of a function that
// there is not: a function, or words that say what to write, which have blanks in
// them; "" if that is not known. Neither takes a function that there is not.
func (x *Index) MeantFunction(name string) string {
	upper, nearest := strings.ToUpper(name), x.Nearest(name)
	if strings.ToUpper(nearest) == upper {
		return nearest
	}
	return cmp.Or(x.fromElsewhere(upper), nearest)
}

// fromElsewhere returns what is written here for a name from elsewhere.
func (x *Index) fromElsewhere(upper string) string {
	meant := foreign[upper]
	if strings.Contains(meant, " ") && x.HasAllOf(meant) || x.has(meant) {
		return meant
	}
	return none[upper]
}

// HasAllOf reports whether all functions that a text calls are there.
func (x *Index) HasAllOf(text string) bool { return CallsOnly(text, x.has) }

// CallsOnly reports whether has holds for all functions that a text calls. Their
// names are in upper case.
func CallsOnly(text string, has func(name string) bool) bool {
	for _, call := range called.FindAllStringSubmatch(text, -1) {
		if !has(call[1]) {
			return false
		}
	}
	return true
}

func (x *Index) has(name string) bool {
	return slices.ContainsFunc(x.entries, func(e entry) bool { return e.name == name })
}
