package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/smart-commune/smart-commune/devices"
)

// maxBody is the largest request read, in bytes.
const maxBody = 4 << 10

// Handler is the control port:
//
//	GET /faults             → {"cam-01":"ok","loa-03":"offline",…}
//	PUT /faults/{device}    {"fault":"offline"} → 204
//
// A mistake is answered by 4xx and {"error":"…"}.
func (b *Switchboard) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, b.Present())
	})
	mux.HandleFunc("PUT /faults/{device}", func(w http.ResponseWriter, r *http.Request) {
		fault, err := readFault(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			fail(w, http.StatusBadRequest, err)
			return
		}
		err = b.Set(devices.DeviceID(r.PathValue("device")), fault)
		var unknownDevice UnknownDeviceError
		var unknownFault UnknownFaultError
		switch {
		case err == nil:
			w.WriteHeader(http.StatusNoContent)
		case errors.As(err, &unknownDevice):
			fail(w, http.StatusNotFound, err)
		case errors.As(err, &unknownFault):
			fail(w, http.StatusUnprocessableEntity, err)
		default:
			fail(w, http.StatusInternalServerError, err)
		}
	})
	return mux
}

// readFault reads {"fault":"…"} and nothing else.
func readFault(r io.Reader) (string, error) {
	var body struct {
		Fault string `json:"fault"`
	}
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return "", fmt.Errorf(`the body must be {"fault":"…"}: %w`, err)
	}
	if d.More() {
		return "", errors.New(`the body must be {"fault":"…"} and nothing behind it`)
	}
	if body.Fault == "" {
		return "", errors.New(`the body must be {"fault":"…"}: the fault is missing`)
	}
	return body.Fault, nil
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller has gone when this fails
}

func fail(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}
