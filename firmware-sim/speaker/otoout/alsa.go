//go:build linux && !nosound

package otoout

// #cgo pkg-config: alsa
// #include <alsa/asoundlib.h>
import "C"

import (
	"reflect"

	"github.com/hajimehoshi/oto/v2"
)

// pcm asks ALSA about the card that oto plays on.
type pcm struct {
	handle *C.snd_pcm_t
	// period is how many samples oto hands over at once.
	period int
}

// openPCM returns nil when oto does not let its card be found: it has no call
// for how long a sample takes to be heard, and keeps its handle to itself.
func openPCM(c *oto.Context) *pcm {
	v := reflect.ValueOf(c).Elem().FieldByName("context")
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	handle := v.Elem().FieldByName("handle")
	if handle.Kind() != reflect.Pointer || handle.IsNil() {
		return nil
	}
	p := &pcm{handle: (*C.snd_pcm_t)(handle.UnsafePointer())}
	var params *C.snd_pcm_hw_params_t
	if C.snd_pcm_hw_params_malloc(&params) < 0 {
		return nil
	}
	defer C.snd_pcm_hw_params_free(params)
	var period C.snd_pcm_uframes_t
	if err := C.snd_pcm_hw_params_current(p.handle, params); err < 0 {
		return nil
	}
	if err := C.snd_pcm_hw_params_get_period_size(params, &period, nil); err < 0 {
		return nil
	}
	p.period = int(period)
	return p
}

// delay is how many samples, of those that ALSA was given, are still to be heard.
func (p *pcm) delay() (samples int, ok bool) {
	var delay C.snd_pcm_sframes_t
	err := C.snd_pcm_delay(p.handle, &delay)
	return int(delay), err >= 0 && delay >= 0
}
