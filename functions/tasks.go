package functions

import "slices"

// Task is something that people want to do, and the functions that do it.
type Task struct {
	// Words say it as a person would ask, with other words for the same thing after
	// commas: "is this address internal, in a private network".
	Words string
	// Functions are the names, the best one first. Not every host has all of them.
	Functions []string
}

// Subject is tasks of one kind.
type Subject struct {
	Name  string
	Tasks []Task
}

// Tasks returns the index of the functions by what they are for. The reference prints
// it, and searches look into it.
func Tasks() []Subject { return slices.Clone(subjects) }

func to(words string, functions ...string) Task { return Task{words, functions} }

var subjects = []Subject{
	{"Addresses and networks", []Task{
		to("is this address internal, private, in our networks", "IN_SUBNET", "IP_CATEGORY"),
		to("is this address in a network, subnet, CIDR range", "IN_SUBNET"),
		to("is this an IP address, IPv4, IPv6", "IS_IP"),
		to("what is this address for, private, loopback, multicast, reserved", "IP_CATEGORY"),
		to("does traffic go out or come in, direction, inbound, outbound, lateral", "NETWORK_DIRECTION"),
		to("what is the name of this protocol number", "PROTOCOL_TO_NAME"),
		to("is this an e-mail address, mail", "IS_EMAIL"),
	}},
	{"Log lines", []Task{
		to("parse a line of syslog", "PARSE_SYSLOG"),
		to("parse a line in CEF or LEEF, ArcSight, QRadar", "PARSE_CEF", "PARSE_LEEF"),
		to("parse a line of a web server, access log, Apache, nginx", "PARSE_COMMON_LOG"),
		to("parse pairs of keys and values, logfmt", "PARSE_KV"),
		to("parse a line of CSV, comma separated values", "PARSE_CSV"),
		to("parse a Windows event, event log, XML", "PARSE_WINDOWS_EVENT"),
		to("match a line with a grok expression, grok pattern", "GROK_PARSE", "GROK_EVAL", "GROK_PREDICT", "REGEXP_GROUPS"),
		to("which browser or program is this, user agent, device, bot", "PARSE_USER_AGENT"),
	}},
	{"Domains and URLs", []Task{
		to("what is the registered domain, without www and other subdomains", "DOMAIN_REMOVE_SUBDOMAINS"),
		to("what is the top level domain, TLD, public suffix", "DOMAIN_TO_TLD"),
		to("take the top level domain off", "DOMAIN_REMOVE_TLD"),
		to("does this name, domain, look generated, random, DGA", "STRING_ENTROPY", "CHAR_RATIO", "NGRAMS"),
		to("does this domain imitate ours, typosquatting, lookalike, homoglyph, phishing", "DOMAIN_TYPOSQUAT", "FUZZY_SCORE"),
		to("is this a domain name, host name", "IS_DOMAIN"),
		to("is this a URL, web address, link", "IS_URL"),
		to("take a URL apart, parse it, its host, port, path, scheme", "URL_TO_HOST", "URL_TO_PORT", "URL_TO_PATH", "URL_TO_PROTOCOL", "PARSE_URL"),
		to("take the query of a URL apart, its parameters", "PARSE_QUERY", "PARSE_URL"),
	}},
	{"Text", []Task{
		to("does a text begin with, start with, have this prefix", "STARTS_WITH"),
		to("does a text end with, have this suffix, file extension", "ENDS_WITH"),
		to("how often does a text occur in another, count substrings", "COUNT_MATCHES"),
		to("how long is a text", "LENGTH"),
		to("does a text match a pattern, regular expression, regex, wildcard, like", "REGEXP_MATCH"),
		to("extract a part of a text by a pattern, regex group, capture", "REGEXP_GROUP_VAL", "REGEXP_GROUPS"),
		to("replace parts of a text, substitute, delete", "REPLACE", "REGEXP_REPLACE"),
		to("does a text contain another, substring, includes", "CONTAINS"),
		to("where does a text contain another, position, find", "INDEX_OF"),
		to("has a command line a flag, option, switch, argument", "HAS_FLAG"),
		to("which part of a text are digits, vowels, ratio of characters", "CHAR_RATIO"),
		to("cut a text into n-grams, bigrams, trigrams", "NGRAMS"),
		to("cut out a part of a text by position, substring, left, right", "SUBSTRING"),
		to("cut a text at a separator, comma, into a list, split, tokenize", "SPLIT"),
		to("put texts together, concatenate, append", "JOIN", "FORMAT"),
		to("put values into a text, format numbers, printf", "FORMAT"),
		to("compare without regard to case, ignore case", "EQUALS_IGNORE_CASE", "TO_LOWER"),
		to("compare a field with many texts as Sigma rules do, any of a list, several values, indicators, wildcards", "EQUALS_ANY", "CONTAINS_ANY", "STARTS_WITH_ANY", "ENDS_WITH_ANY", "LIKE_ANY", "FIND_ANY"),
		to("change to upper case, lower case, capitals", "TO_UPPER", "TO_LOWER"),
		to("remove blanks, whitespace, around a text, strip", "TRIM"),
		to("remove a line end, newline, the last character", "CHOMP", "CHOP"),
		to("pad a text to a length, zeros on the left, fixed width", "FILL_LEFT", "FILL_RIGHT"),
		to("make sure that a text has a prefix or suffix", "PREPEND_IF_MISSING", "APPEND_IF_MISSING"),
		to("how random is a text, entropy", "STRING_ENTROPY"),
		to("are two texts alike, fuzzy, similar, nearly equal", "FUZZY_SCORE", "TLSH_DIST"),
		to("which languages are there for fuzzy scores", "FUZZY_LANGS"),
	}},
	{"Null, kinds and failures", []Task{
		to("take a default if a field is missing, null, none", "COALESCE", "MAP_GET"),
		to("go on if something fails, catch an error, exception", "TRY"),
		to("is something empty, blank, missing, null", "IS_EMPTY"),
		to("what kind, type, is a value", "TYPE_OF"),
		to("is a value a text, list, map, number", "IS_STRING", "IS_LIST", "IS_MAP", "IS_NUMBER", "IS_INTEGER"),
		to("make a number of a text, convert, cast, parse", "TO_INTEGER", "TO_LONG", "TO_DOUBLE", "TO_FLOAT"),
		to("make a text of a value, convert a number to a string", "TO_STRING", "FORMAT"),
		to("make true or false of yes, no, on, off, convert to a boolean, bool", "TO_BOOLEAN"),
		to("read JSON, parse, decode, deserialize", "TO_JSON_OBJECT", "TO_JSON_MAP", "TO_JSON_LIST"),
		to("write JSON, encode, serialize", "TO_JSON"),
	}},
	{"Numbers", []Task{
		to("round a number, drop its fraction, decimals", "ROUND", "FLOOR", "CEILING", "TO_INTEGER"),
		to("what is the distance from zero, absolute value, without sign", "ABS"),
		to("what is the logarithm, order of magnitude", "LOG10", "LN", "LOG2"),
		to("raise to a power, exponent, root", "EXP", "SQRT"),
		to("compute angles, trigonometry", "SIN", "COS", "TAN"),
		to("is this a whole number, integer", "IS_INTEGER"),
		to("what is the remainder of a division, modulo, even or odd", "MOD"),
		to("is this not a number, undefined, invalid result", "IS_NAN"),
		to("what is the largest, smallest, greatest, least of these, maximum, minimum", "MAX", "MIN"),
		to("what is the sum, total, of a list", "REDUCE", "STATS_SUM"),
	}},
	{"Statistics", []Task{
		to("how unusual is this number, outlier, anomaly, z-score, deviation from what is normal, a baseline",
			"STATS_MEAN", "STATS_SD", "STATS_ADD", "STATS_INIT"),
		to("describe a series of numbers, begin statistics, baseline", "STATS_INIT", "STATS_ADD"),
		to("what was usual before, values of the past, history of a user or host, profile, baseline", "PROFILE_GET", "PROFILE_WINDOW", "PROFILE_FIXED", "PROFILE_VERBOSE"),
		to("which periods of the past, time windows, same time of the day, without holidays", "PROFILE_WINDOW", "PROFILE_FIXED"),
		to("keep statistics, sketches, state between runs, store, save, serialize, restore", "STATE_ENCODE", "STATE_DECODE"),
		to("what is the average, mean", "STATS_MEAN", "STATS_GEOMETRIC_MEAN", "STATS_QUADRATIC_MEAN"),
		to("how much do numbers vary, spread, standard deviation, variance", "STATS_SD", "STATS_VARIANCE", "STATS_POPULATION_VARIANCE"),
		to("how many numbers were there, sum, smallest, largest", "STATS_COUNT", "STATS_SUM", "STATS_MIN", "STATS_MAX"),
		to("what shape has a distribution, lopsided, tails", "STATS_SKEWNESS", "STATS_KURTOSIS"),
		to("sums for computations of your own", "STATS_SUM_LOGS", "STATS_SUM_SQUARES"),
		to("what is the median, percentile, quantile, the 95th percentile", "STATS_PERCENTILE"),
		to("into which part of the usual range falls a number, bin, bucket, quartile, decile", "STATS_BIN", "BIN"),
		to("put statistics of several hours or hosts together, merge", "STATS_MERGE"),
	}},
	{"Dates and times", []Task{
		to("read a date, parse a timestamp, convert a text to a time", "TO_EPOCH_TIMESTAMP"),
		to("write a date, format a timestamp as text", "DATE_FORMAT"),
		to("what time is it, now, today, current time, clock", "NOW"),
		to("which day of the week, weekday, weekend", "DAY_OF_WEEK"),
		to("at which hour, at night, outside of office hours", "DATE_FORMAT"),
		to("which day, week, month, year, calendar", "DAY_OF_MONTH", "DAY_OF_YEAR", "WEEK_OF_MONTH", "WEEK_OF_YEAR", "MONTH", "YEAR"),
		to("is this text a date, valid", "IS_DATE"),
	}},
	{"Lists", []Task{
		to("how many items has a list, count, size, length", "LENGTH"),
		to("take an item, element, of a list by its index, first, last, nth", "GET", "GET_FIRST", "GET_LAST"),
		to("add to a list, append, push", "LIST_ADD"),
		to("do something with each item of a list, for each, loop, transform", "MAP"),
		to("choose items of a list, where, how many", "FILTER"),
		to("is something true of any item of a list, some", "ANY"),
		to("is something true of all items of a list, every", "ALL"),
		to("is an item in a list, contains, member", "CONTAINS"),
		to("where in a list is an item, index", "INDEX_OF"),
		to("sort a list, order, ascending, descending, top", "SORT", "REVERSE"),
		to("cut a part out of a list, the first or last few, slice, head, tail", "SLICE"),
		to("remove nulls and empty items, clean up", "COMPACT"),
		to("make one list of lists of lists, flatten", "FLATTEN"),
		to("combine all items of a list into one value, aggregate, fold", "REDUCE"),
		to("pair the items of several lists, columns to rows", "ZIP", "ZIP_LONGEST"),
	}},
	{"Maps", []Task{
		to("look a key up in a map, table, dictionary, VLOOKUP, nested field", "MAP_GET"),
		to("is a key in a map, dictionary", "MAP_EXISTS"),
		to("add to a map, set a key, dictionary", "MAP_PUT"),
		to("put maps together, merge, enrich", "MAP_MERGE"),
		to("list the keys of a map, names of fields", "MAP_KEYS"),
		to("list the values of a map", "MAP_VALUES"),
		to("remove a key from a map, drop a field", "MAP_REMOVE"),
		to("do something with each value of a map, transform", "MAP_MAP"),
		to("choose entries of a map, where", "MAP_FILTER"),
		to("make nested maps flat, with dotted names, and back", "FLATTEN", "NEST"),
		to("remove empty and null fields from a map", "COMPACT"),
	}},
	{"Sets and counts", []Task{
		to("keep each item once, remove duplicates, unique, distinct, set", "UNIQUE", "SET_INIT"),
		to("add to a set, remove from a set", "SET_ADD", "SET_REMOVE"),
		to("put sets together, union, merge", "SET_MERGE"),
		to("how often is each item there, frequency, histogram, count by, group by", "MULTISET_INIT", "MULTISET_ADD", "MULTISET_REMOVE"),
		to("add up counts, frequencies, of several periods", "MULTISET_MERGE"),
		to("which items were counted, distinct", "MULTISET_TO_SET"),
	}},
	{"Hashes and encodings", []Task{
		to("compute a hash, digest, checksum, MD5, SHA-1, SHA-256", "HASH"),
		to("which hash algorithms are there", "GET_HASHES_AVAILABLE"),
		to("sign a value, keyed hash, pseudonym", "HMAC"),
		to("is this event a duplicate, seen before, deduplicate, fingerprint", "FINGERPRINT"),
		to("make a new identifier, unique ID", "UUID"),
		to("hide personal data, mask, anonymize, card numbers, privacy", "REDACT"),
		to("is a text hidden in base64 somewhere", "BASE64_CONTAINS"),
		to("are two files, payloads, alike, fuzzy hash, similarity", "TLSH_DIST", "HASH"),
		to("encode as base64, base32, hex, hexadecimal, binary", "ENCODE"),
		to("decode base64, base32, hex, hexadecimal, binary", "DECODE"),
		to("is this text base64, base32, hex, encoded, obfuscated", "IS_ENCODING"),
		to("which encodings are there", "GET_SUPPORTED_ENCODINGS"),
	}},
	{"Places", []Task{
		to("how far apart are two places, distance, kilometers", "GEOHASH_DIST"),
		to("did a user log in from places too far apart, impossible travel", "GEOHASH_MAX_DIST", "GEOHASH_DIST"),
		to("make a geohash of latitude and longitude, coordinates, location", "GEOHASH_FROM_LATLONG", "GEOHASH_FROM_LOC"),
		to("which latitude and longitude, coordinates, has a geohash", "GEOHASH_TO_LATLONG"),
		to("what is the middle, center, of several places", "GEOHASH_CENTROID"),
	}},
	{"Models and surroundings", []Task{
		to("ask a model, machine learning, predict, classify, score", "MAAS_MODEL_APPLY", "MAAS_GET_ENDPOINT"),
		to("score a message by the rules of threat triage of Metron, try them out", "THREAT_TRIAGE_SCORE", "THREAT_TRIAGE_INIT"),
		to("edit the rules of threat triage in a configuration of Metron", "THREAT_TRIAGE_ADD", "THREAT_TRIAGE_REMOVE", "THREAT_TRIAGE_SET_AGGREGATOR", "THREAT_TRIAGE_PRINT", "THREAT_TRIAGE_CONFIG"),
		to("edit the expressions of enrichments in a configuration of Metron", "ENRICHMENT_STELLAR_TRANSFORM_ADD", "ENRICHMENT_STELLAR_TRANSFORM_REMOVE", "ENRICHMENT_STELLAR_TRANSFORM_PRINT"),
		to("run a parser of Metron, try out its configuration on texts of a sensor", "PARSER_PARSE", "PARSER_INIT", "PARSER_CONFIG"),
		to("read or store a configuration of Metron, in ZooKeeper or a folder", "CONFIG_GET", "CONFIG_PUT"),
		to("edit the field transformations of a parser in a configuration of Metron", "PARSER_STELLAR_TRANSFORM_ADD", "PARSER_STELLAR_TRANSFORM_REMOVE", "PARSER_STELLAR_TRANSFORM_PRINT"),
		to("edit the batches and indices of writers in a configuration of Metron", "INDEXING_SET_BATCH", "INDEXING_SET_ENABLED", "INDEXING_SET_INDEX"),
		to("see the variables of the shell with their expressions, use these in a configuration", "SHELL_LIST_VARS", "SHELL_GET_EXPRESSION", "SHELL_VARS2MAP"),
		to("draw a map as a table for people", "SHELL_MAP2TABLE"),
		to("edit a text in an editor, in the shell", "SHELL_EDIT"),
		to("read an environment variable, setting, configuration, of the process", "SYSTEM_ENV_GET", "SYSTEM_PROPERTY_GET"),
	}},
}
