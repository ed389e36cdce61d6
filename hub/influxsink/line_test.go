package influxsink_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/influxsink"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

func body(t testing.TB, r *http.Request) string {
	t.Helper()
	if r.Header.Get("Content-Encoding") != "gzip" {
		t.Error("the body is not compressed")
		return ""
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Error(err)
		return ""
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func TestWhatIsWritten(t *testing.T) {
	var got, query string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, query = body(t, r), r.URL.RawQuery
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	sink := newSink(t, influxsink.Config{URL: server.URL, Org: "xã Lục Bình", Bucket: "readings", Measurement: "my reading"})
	at := time.UnixMilli(1_790_000_000_123)
	err := sink.Write(t.Context(), []telemetry.Reading{
		{Commune: "luc-binh", Device: "loa-01", Metric: "supply_v", At: at, Value: 12.5},
		{Commune: "luc-binh", Device: "loa-01", Metric: "playing", At: at, Value: 1},
		{Commune: "luc-binh", Device: "loa-02", Metric: "playing", At: at, Value: 1e-9},
		{Commune: "luc-binh", Device: "loa-02", Metric: "device", At: at.Add(time.Second), Value: -3},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `my\ reading,commune=luc-binh,device=loa-01 supply_v=12.5,playing=1 1790000000123
my\ reading,commune=luc-binh,device=loa-02 playing=1e-09 1790000000123
my\ reading,commune=luc-binh,device=loa-02 metric.device=-3 1790000001123
`
	if got != want {
		t.Errorf("written:\n%swant:\n%s", got, want)
	}
	if want := "bucket=readings&org=x%C3%A3+L%E1%BB%A5c+B%C3%ACnh&precision=ms"; query != want {
		t.Errorf("query is %s, want %s", query, want)
	}
}
