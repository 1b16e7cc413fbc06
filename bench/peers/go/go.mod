module kaiku.dev/bench/peers

go 1.26.0

require (
	github.com/goccy/go-json v0.12.0
	github.com/redis/rueidis v1.0.79
	github.com/twmb/franz-go v1.22.2
)

require (
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/pierrec/lz4/v4 v4.1.33 // indirect
	github.com/twmb/franz-go/pkg/kmsg v1.15.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
)
