//go:build deps

// Temporary: keeps go.mod complete while the packages are being written.
package deps

import (
	_ "github.com/alecthomas/kong"
	_ "github.com/bluenviron/gortsplib/v4"
	_ "github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	_ "github.com/cenkalti/backoff/v5"
	_ "github.com/danielgtaylor/huma/v2"
	_ "github.com/danielgtaylor/huma/v2/adapters/humago"
	_ "github.com/eclipse/paho.mqtt.golang"
	_ "github.com/goccy/go-yaml"
	_ "github.com/gorilla/websocket"
	_ "github.com/hajimehoshi/oto/v2"
	_ "github.com/influxdata/influxdb-client-go/v2"
	_ "github.com/klauspost/compress/gzhttp"
	_ "github.com/mewkiz/flac"
	_ "github.com/mochi-mqtt/server/v2"
	_ "github.com/oklog/ulid/v2"
	_ "github.com/pion/rtp"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
	_ "github.com/teambition/rrule-go"
	_ "go.uber.org/goleak"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/time/rate"
)
