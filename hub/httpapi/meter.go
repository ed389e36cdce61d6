package httpapi

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// meter is what the API tells monitoring of itself.
type meter struct {
	seconds *prometheus.HistogramVec
}

func newMeter(reg *prometheus.Registry, s *sockets) *meter {
	m := &meter{seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "smart_commune_http_request_seconds",
		Help:    "Time from a call's first byte to its answer.",
		Buckets: []float64{.005, .025, .1, .5, 2.5, 10, 60},
	}, []string{"operation", "status"})}
	reg.MustRegister(m.seconds, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "smart_commune_sockets",
		Help: "Pages connected over the WebSocket.",
	}, func() float64 { return float64(s.count()) }))
	return m
}

func (m *meter) observe(operation string, status int, d time.Duration) {
	m.seconds.WithLabelValues(operation, strconv.Itoa(status)).Observe(d.Seconds())
}
