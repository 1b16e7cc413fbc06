// Aggregates feedback from Kafka into Redis: franz-go, goccy/go-json, rueidis; two workers.
//
//	peer BROKERS TOPIC PARTITIONS EVENTS REDIS_PORT
//
// Tuning: one polling loop that hands whole partitions' batches to workers (franz-go, "Producing and consuming",
// and its example goroutine_per_partition_consuming); UnmarshalOf with DecodeNoCopyString decodes without allocation
// (go-json reference, "UnmarshalOf"); GOGC 400, as the live heap is small ("A Guide to the Go Garbage Collector", "GOGC");
// DoMulti sends a batch in one pipeline (rueidis README, "Pipelining", "Manual pipelining").
package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goccy/go-json"
	"github.com/redis/rueidis"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	workers    = 2
	flushEvery = 250 * time.Millisecond
)

var noCopy = json.DecodeNoCopyString()

type event struct {
	TS         int64   `json:"ts"`
	Channel    string  `json:"channel"`
	Touchpoint string  `json:"touchpoint"`
	NPS        int     `json:"nps"`
	CSAT       int64   `json:"csat"`
	WaitS      float64 `json:"wait_s"`
}

type cell struct {
	minute              int64
	channel, touchpoint string
}

var fields = [...]string{"n", "pro", "pas", "det", "csat_n", "csat_sum", "wait_cs"}

type sums [len(fields)]int64

func (s *sums) add(e *event) {
	s[0]++
	switch {
	case e.NPS >= 9:
		s[1]++
	case e.NPS >= 7:
		s[2]++
	default:
		s[3]++
	}
	s[4]++
	s[5] += e.CSAT
	s[6] += int64(math.Round(e.WaitS * 100))
}

type progress struct {
	seen   atomic.Int64
	events int64
}

func (p *progress) add(n int) {
	after := p.seen.Add(int64(n))
	before := after - int64(n)
	if before == 0 && n > 0 {
		fmt.Println("first")
	}
	if before < p.events/2 && after >= p.events/2 {
		fmt.Println("half")
	}
}

// aggregate adds records to a map of its own and swaps it for an empty one when the flusher is free.
func aggregate(in <-chan []*kgo.Record, out chan<- map[cell]*sums, p *progress) {
	defer close(out)
	cells := make(map[cell]*sums)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case records, ok := <-in:
			if !ok {
				out <- cells
				return
			}
			for _, r := range records {
				add(cells, r.Value)
			}
			p.add(len(records))
		case <-tick.C:
			select {
			case out <- cells:
				cells = make(map[cell]*sums, len(cells))
			default: // Redis is still busy with the last flush
			}
		}
	}
}

func add(cells map[cell]*sums, value []byte) {
	var e event
	if err := json.UnmarshalOf(value, &e, noCopy); err != nil {
		log.Fatal(err)
	}
	at := cell{e.TS / 60000, e.Channel, e.Touchpoint}
	s := cells[at]
	if s == nil {
		// The decoded strings point into a whole batch of records, which the map must not keep.
		at.channel, at.touchpoint = strings.Clone(at.channel), strings.Clone(at.touchpoint)
		s = new(sums)
		cells[at] = s
	}
	s.add(&e)
}

func flush(client rueidis.Client, cells map[cell]*sums) error {
	commands := make(rueidis.Commands, 0, len(cells)*len(fields))
	for at, s := range cells {
		key := "cell:" + strconv.FormatInt(at.minute, 10) + ":" + at.channel + ":" + at.touchpoint
		for i, v := range s {
			if v != 0 {
				commands = append(commands, client.B().Hincrby().Key(key).Field(fields[i]).Increment(v).Build())
			}
		}
	}
	for _, reply := range client.DoMulti(context.Background(), commands...) {
		if err := reply.Error(); err != nil {
			return err
		}
	}
	return nil
}

func poll(client *kgo.Client, inputs []chan []*kgo.Record, events int64) {
	for polled := int64(0); polled < events; {
		fetches := client.PollFetches(context.Background())
		fetches.EachError(func(topic string, partition int32, err error) { log.Fatal(topic, partition, err) })
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			polled += int64(len(p.Records))
			inputs[int(p.Partition)%len(inputs)] <- p.Records
		})
	}
}

func main() {
	if len(os.Args) != 6 {
		log.Fatal("usage: peer BROKERS TOPIC PARTITIONS EVENTS REDIS_PORT")
	}
	events, err := strconv.ParseInt(os.Args[4], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	debug.SetGCPercent(400)
	// Without a group: all partitions, from their first record.
	kafka, err := kgo.NewClient(kgo.SeedBrokers(os.Args[1]), kgo.ConsumeTopics(os.Args[2]))
	if err != nil {
		log.Fatal(err)
	}
	redis, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{"127.0.0.1:" + os.Args[5]}, DisableCache: true})
	if err != nil {
		log.Fatal(err)
	}

	var done sync.WaitGroup
	p := &progress{events: events}
	inputs := make([]chan []*kgo.Record, workers)
	for i := range inputs {
		in, out := make(chan []*kgo.Record, 4), make(chan map[cell]*sums)
		inputs[i] = in
		go aggregate(in, out, p)
		done.Add(1)
		go func() {
			defer done.Done()
			for cells := range out {
				if err := flush(redis, cells); err != nil {
					log.Fatal(err)
				}
			}
		}()
	}
	poll(kafka, inputs, events)
	for _, in := range inputs {
		close(in)
	}
	done.Wait()
	fmt.Println("done")
	redis.Close()
	kafka.Close()
}
