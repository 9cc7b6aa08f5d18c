package enrich

import (
	"fmt"
	"io"
	"math/rand/v2"
)

// WriteMessages writes messages of 20 fields and about 690 bytes, such as a web proxy
// might send. The same number always gets the same messages.
func WriteMessages(w io.Writer, number int) error {
	r := rand.New(rand.NewPCG(20, 690))
	for i := range number {
		if _, err := io.WriteString(w, message(r, i)); err != nil {
			return err
		}
	}
	return nil
}

var (
	methods  = []string{"GET", "GET", "GET", "POST", "HEAD", "CONNECT", "DELETE"}
	codes    = []int{200, 200, 200, 206, 301, 304, 403, 404, 500}
	sources  = []string{"10.%d.%d.%d", "10.%d.%d.%d", "192.168.%[2]d.%[3]d", "203.%d.%d.%d"}
	hosts    = []string{"www", "mail", "cdn-3", "api", "static.assets"}
	domains  = []string{"example.com", "example.org", "shop.example.net", "news.example.co.uk"}
	kinds    = []string{"text/html; charset=utf-8", "application/json", "image/png", "application/octet-stream"}
	systems  = []string{"Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X 10_15_7"}
	actions  = []string{"TCP_MISS", "TCP_HIT", "TCP_TUNNEL", "TCP_DENIED"}
	teams    = []string{"Vertrieb Süd", "engineering", "Équipe réseau", "support"}
	comments = []string{"", "first seen today", `called \"guest\" by the portal`, `two\tcolumns`}
)

func message(r *rand.Rand, i int) string {
	pick := func(texts []string) string { return texts[r.IntN(len(texts))] }
	source := fmt.Sprintf(pick(sources), r.IntN(256), r.IntN(256), r.IntN(256))
	return fmt.Sprintf(`{"timestamp":%d,"elapsed":%d,"ip_src_addr":"%s","ip_src_port":%d,`+
		`"ip_dst_addr":"198.51.%d.%d","ip_dst_port":443,"action":"%s","code":%d,"bytes":%d,`+
		`"method":"%s","url":"https://%s.%s/%x/items?session=%016x&page=%d","protocol":"HTTP/1.1",`+
		`"user_agent":"Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36",`+
		`"referrer":"https://%s.%s/","content_type":"%s","score":%d.%02d,"cached":%t,"user":"user-%04d@%s",`+
		`"location":{"site":"HQ","floor":%d,"tags":["lan","%s"],"team":"%s"},"comment":"%s"}`+"\n",
		1571163632536+int64(i)*37, r.IntN(3000), source, 1024+r.IntN(60000),
		r.IntN(256), r.IntN(256), pick(actions), codes[r.IntN(len(codes))], r.IntN(1<<20),
		pick(methods), pick(hosts), pick(domains), r.Uint32(), r.Uint64(), r.IntN(100),
		pick(systems), 90+r.IntN(40),
		pick(hosts), pick(domains), pick(kinds), r.IntN(100), r.IntN(100), r.IntN(2) == 0, r.IntN(10000), pick(domains),
		r.IntN(12), pick([]string{"guest", "office", "lab"}), pick(teams), pick(comments))
}
