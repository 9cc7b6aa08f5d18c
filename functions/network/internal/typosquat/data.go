package typosquat

// The look-alikes and the keyboards are those of dnstwist
// (github.com/elceef/dnstwist) as of May 2017: the table that Metron's answers
// come from. Later versions of dnstwist know more.

// lookAlikes holds for a letter what may be taken for it.
var lookAlikes = map[rune][]string{
	'a': {"à", "á", "â", "ã", "ä", "å", "ɑ", "а", "ạ", "ǎ", "ă", "ȧ", "ӓ"},
	'b': {"d", "lb", "ib", "ʙ", "Ь", "b̔", "ɓ", "Б"},
	'c': {"ϲ", "с", "ƈ", "ċ", "ć", "ç"},
	'd': {"b", "cl", "dl", "di", "ԁ", "ժ", "ɗ", "đ"},
	'e': {"é", "ê", "ë", "ē", "ĕ", "ě", "ė", "е", "ẹ", "ę", "є", "ϵ", "ҽ"},
	'f': {"Ϝ", "ƒ", "Ғ"},
	'g': {"q", "ɢ", "ɡ", "Ԍ", "ġ", "ğ", "ց", "ǵ", "ģ"},
	'h': {"lh", "ih", "һ", "հ", "Ꮒ", "н"},
	'i': {"1", "l", "Ꭵ", "í", "ï", "ı", "ɩ", "ι", "ꙇ", "ǐ", "ĭ"},
	'j': {"ј", "ʝ", "ϳ", "ɉ"},
	'k': {"lk", "ik", "lc", "κ", "ⲕ"},
	'l': {"1", "i", "ɫ", "ł"},
	'm': {"n", "nn", "rn", "rr", "ṃ", "ᴍ", "м", "ɱ"},
	'n': {"m", "r", "ń"},
	'o': {"0", "Ο", "ο", "О", "о", "Օ", "ȯ", "ọ", "ỏ", "ơ", "ó", "ö", "ӧ"},
	'p': {"ρ", "р", "ƿ", "Ϸ", "Þ"},
	'q': {"g", "զ", "ԛ", "գ", "ʠ"},
	'r': {"ʀ", "Г", "ᴦ", "ɼ", "ɽ"},
	's': {"Ⴝ", "Ꮪ", "ʂ", "ś", "ѕ"},
	't': {"τ", "т", "ţ"},
	'u': {"μ", "υ", "Ս", "ս", "ц", "ᴜ", "ǔ", "ŭ"},
	'v': {"ѵ", "ν", "v̇"},
	'w': {"vv", "ѡ", "ա", "ԝ"},
	'x': {"х", "ҳ", "ẋ"},
	'y': {"ʏ", "γ", "у", "Ү", "ý"},
	'z': {"ʐ", "ż", "ź", "ᴢ"},
}

// keyboards hold for a key its neighbours.
var keyboards = []map[rune]string{
	{ // QWERTY
		'1': "2q", '2': "3wq1", '3': "4ew2", '4': "5re3", '5': "6tr4", '6': "7yt5",
		'7': "8uy6", '8': "9iu7", '9': "0oi8", '0': "po9", 'q': "12wa", 'w': "3esaq2",
		'e': "4rdsw3", 'r': "5tfde4", 't': "6ygfr5", 'y': "7uhgt6", 'u': "8ijhy7", 'i': "9okju8",
		'o': "0plki9", 'p': "lo0", 'a': "qwsz", 's': "edxzaw", 'd': "rfcxse", 'f': "tgvcdr",
		'g': "yhbvft", 'h': "ujnbgy", 'j': "ikmnhu", 'k': "olmji", 'l': "kop", 'z': "asx",
		'x': "zsdc", 'c': "xdfv", 'v': "cfgb", 'b': "vghn", 'n': "bhjm", 'm': "njk",
	},
	{ // QWERTZ
		'1': "2q", '2': "3wq1", '3': "4ew2", '4': "5re3", '5': "6tr4", '6': "7zt5",
		'7': "8uz6", '8': "9iu7", '9': "0oi8", '0': "po9", 'q': "12wa", 'w': "3esaq2",
		'e': "4rdsw3", 'r': "5tfde4", 't': "6zgfr5", 'z': "7uhgt6", 'u': "8ijhz7", 'i': "9okju8",
		'o': "0plki9", 'p': "lo0", 'a': "qwsy", 's': "edxyaw", 'd': "rfcxse", 'f': "tgvcdr",
		'g': "zhbvft", 'h': "ujnbgz", 'j': "ikmnhu", 'k': "olmji", 'l': "kop", 'y': "asx",
		'x': "ysdc", 'c': "xdfv", 'v': "cfgb", 'b': "vghn", 'n': "bhjm", 'm': "njk",
	},
	{ // AZERTY
		'1': "2a", '2': "3za1", '3': "4ez2", '4': "5re3", '5': "6tr4", '6': "7yt5",
		'7': "8uy6", '8': "9iu7", '9': "0oi8", '0': "po9", 'a': "2zq1", 'z': "3esqa2",
		'e': "4rdsz3", 'r': "5tfde4", 't': "6ygfr5", 'y': "7uhgt6", 'u': "8ijhy7", 'i': "9okju8",
		'o': "0plki9", 'p': "lo0m", 'q': "zswa", 's': "edxwqz", 'd': "rfcxse", 'f': "tgvcdr",
		'g': "yhbvft", 'h': "ujnbgy", 'j': "iknhu", 'k': "olji", 'l': "kopm", 'm': "lp",
		'w': "sxq", 'x': "zsdc", 'c': "xdfv", 'v': "cfgb", 'b': "vghn", 'n': "bhj",
	},
}
