package app

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/httpapi"
	"github.com/smart-commune/smart-commune/hub/live"
	"github.com/smart-commune/smart-commune/hub/spokentext"
)

// texts turns written texts into spoken ones, with the commune's own
// abbreviations.
type texts struct {
	normaliser atomic.Pointer[spokentext.Normaliser]
}

func newTexts() *texts {
	t := &texts{}
	t.know(nil)
	return t
}

// know replaces the commune's abbreviations.
func (t *texts) know(abbreviations map[string]string) {
	t.normaliser.Store(spokentext.New(spokentext.Config{Abbreviations: abbreviations}))
}

// read is how the voice reads a text; other languages than Vietnamese are left to
// their engines.
func (t *texts) read(language, text string) string {
	if base, _, _ := strings.Cut(language, "-"); base != "" && base != audio.Vietnamese {
		return text
	}
	return t.normaliser.Load().Normalise(text)
}

// Normalise implements [httpapi.Texts].
func (t *texts) Normalise(text string) httpapi.Spoken {
	out := httpapi.Spoken{Replacements: []httpapi.Replacement{}}
	var spoken strings.Builder
	for _, s := range t.normaliser.Load().Segments(text) {
		spoken.WriteString(s.Spoken)
		if s.Class != "" {
			out.Replacements = append(out.Replacements, httpapi.Replacement{Written: s.Written, Spoken: s.Spoken, Class: string(s.Class)})
		}
	}
	out.Spoken = spoken.String()
	return out
}

// rulesChanged follows what the commune has settled through the features.
func (h *hub) rulesChanged(r announce.Rules) {
	h.texts.know(r.Abbreviations)
	h.model.UpdateHub(func(s *live.Hub) { s.Approval = string(r.Approval) })
}

// chimes are the hub's signals by the names that announcements use. Without them
// announcements go out bare.
func (h *hub) chimes() map[announce.Chime]protocol.Audio {
	made, err := h.audio.Chimes()
	if err != nil {
		h.log.Error("there are no chimes", "component", "audio", "error", err)
		return nil
	}
	out := map[announce.Chime]protocol.Audio{}
	for chime, name := range map[announce.Chime]string{announce.OpeningChime: audio.ChimeOpening,
		announce.ClosingChime: audio.ChimeClosing, announce.EmergencyChime: audio.ChimeEmergency} {
		out[chime] = made[name].Audio
	}
	return out
}

// setVolume keeps a cluster's volume in the inventory, from where the plans take
// it.
func (h *hub) setVolume(ctx context.Context, id devices.DeviceID, percent int) error {
	inv, err := h.places.Inventory(ctx)
	if err != nil {
		return err
	}
	for _, c := range inv.Clusters {
		if c.ID == id && c.Volume != percent {
			c.Volume = percent
			return h.places.PutCluster(ctx, c)
		}
	}
	return nil
}
