package zookeeper_test

import (
	"context"
	"log"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
)

// A service announces the model that it serves. When its process ends, the
// registration ends too.
func Example() {
	ctx := context.Background()
	registry, err := zookeeper.Open(ctx, zookeeper.Options{
		Servers: []string{"zookeeper1:2181", "zookeeper2:2181", "zookeeper3:2181"},
		Observe: func(e maas.Event) {
			if e.Err != nil {
				log.Printf("models: %s: %v", e.Subject, e.Err)
			}
		},
	})
	if err != nil {
		log.Print(err)
		return
	}
	defer registry.Close()
	err = registry.Register(ctx, maas.Instance{
		Model: "dga", Version: "1.0", ID: "node1-4711", URL: "http://node1:36161",
	})
	if err != nil {
		log.Print(err)
		return
	}
	<-ctx.Done() // serve the model
}
