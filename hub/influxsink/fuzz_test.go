package influxsink_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/hub/influxsink"
	"github.com/smart-commune/smart-commune/hub/telemetry"
	"github.com/smart-commune/smart-commune/hub/telemetry/telemetrytest"
)

// answer is what a scripted server says.
type answer struct {
	status int
	kind   string
	body   []byte
}

func scripted(f *testing.F) (*influxsink.Sink, *atomic.Pointer[answer]) {
	var script atomic.Pointer[answer]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		a := script.Load()
		w.Header().Set("Content-Type", a.kind)
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	}))
	f.Cleanup(server.Close)
	return newSink(f, influxsink.Config{URL: server.URL, Timeout: 5 * time.Second}), &script
}

// Whatever a server answers to a question, the hub lives on and its points are
// in order and inside of what was asked.
func FuzzHistoryAnswer(f *testing.F) {
	f.Add([]byte("#datatype,string,long,dateTime:RFC3339,double\r\n#group,false,false,false,false\r\n#default,mean,,,\r\n,result,table,_time,_value\r\n,,0,2026-10-04T05:31:00Z,29.5\r\n\r\n"))
	f.Add([]byte("#datatype,string,long,string\r\n#group,false,false,false\r\n#default,mean,,\r\n,result,table,_value\r\n,,0,x\r\n\r\n"))
	f.Add([]byte("#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,out of memory,897\r\n"))
	f.Add([]byte("<html>Đăng nhập Wi-Fi</html>"))
	sink, script := scripted(f)
	q := telemetry.Query{Commune: "luc-binh", Device: "cam-01", Metric: "fps", Since: start, Until: start.Add(time.Hour), Points: 60}
	f.Fuzz(func(t *testing.T, body []byte) {
		script.Store(&answer{200, "text/csv", body})
		points, err := sink.History(t.Context(), q)
		if err != nil {
			return
		}
		for i, p := range points {
			if p.At.Before(q.Since) || !p.At.Before(q.Until) || (i > 0 && !points[i-1].At.Before(p.At)) {
				t.Fatalf("point %d of %v is out of place", i, points)
			}
		}
	})
}

// Whatever a server answers to a write, no reading is lost unless the answer is
// 204 or a refusal.
func FuzzWriteAnswer(f *testing.F) {
	f.Add(400, true, []byte(`{"error":"partial write: field type conflict: input field dropped=1"}`))
	f.Add(400, false, []byte(`partial write: points beyond retention policy dropped=2`))
	f.Add(422, true, []byte(`{"code":"unprocessable entity","message":"partial write dropped=99999999999999999999"}`))
	f.Add(503, true, []byte(`{"code":`))
	f.Add(301, false, []byte{})
	sink, script := scripted(f)
	readings := telemetrytest.Make("loa-01", "supply_v", start, time.Second, 2)
	f.Fuzz(func(t *testing.T, status int, json bool, body []byte) {
		if status < 200 || status > 599 {
			return
		}
		a := &answer{status: status, kind: "text/plain", body: body}
		if json {
			a.kind = "application/json"
		}
		script.Store(a)
		err := sink.Write(t.Context(), readings)
		refused, isRefusal := err.(*telemetry.RefusedError)
		switch {
		case err == nil && status != http.StatusNoContent:
			t.Errorf("%d passes for written", status)
		case isRefusal && (status != 400 && status != 422 && status != 413 || len(refused.Refusals) != 2):
			t.Errorf("%d is a refusal of %d readings", status, len(refused.Refusals))
		}
	})
}
