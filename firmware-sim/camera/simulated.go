package camera

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"

	"github.com/smart-commune/smart-commune/devices"
)

// simulated is one camera: what it films, and what is wrong with it.
type simulated struct {
	cam    devices.Camera
	door   door
	stream *gortsplib.ServerStream
	media  *description.Media
	log    *slog.Logger

	switching sync.Mutex // one switch of faults at a time
	mu        sync.Mutex
	fault     Fault
}

func (c *simulated) present() Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fault
}

func (c *simulated) setFault(fault Fault) error {
	c.switching.Lock()
	defer c.switching.Unlock()
	was := c.present()
	if fault == Refuse {
		c.door.shut()
	} else if err := c.door.unlock(); err != nil {
		return fmt.Errorf("listen again: %w", err) // it goes on refusing
	}
	c.door.setMute(fault == Mute)
	c.mu.Lock()
	c.fault = fault
	c.mu.Unlock()
	if was == Mute || fault == Refuse || fault == Mute || fault == Password {
		c.door.empty()
	}
	return nil
}

func (c *simulated) openStream(server *gortsplib.Server) error {
	c.media = &description.Media{
		Type: description.MediaTypeVideo,
		Formats: []format.Format{&format.H264{
			PayloadTyp: 96, PacketizationMode: 1, SPS: spsNAL(), PPS: ppsNAL(),
		}},
	}
	c.stream = &gortsplib.ServerStream{
		Server: server,
		Desc:   &description.Session{Title: string(c.cam.ID), Medias: []*description.Media{c.media}},
	}
	return c.stream.Initialize()
}

// film sends pictures until ctx is done; frame is where in the rhythm of key
// pictures it begins.
func (c *simulated) film(ctx context.Context, frame int) {
	rtp, err := c.media.Formats[0].(*format.H264).CreateEncoder()
	if err != nil {
		c.log.Error("packetizer of the camera", "error", err)
		return
	}
	var (
		scene   = newScene(c.cam)
		h264    encoder
		ticker  = time.NewTicker(time.Second / framesPerSecond)
		started = time.Now()
	)
	defer ticker.Stop()
	for fresh := true; ; frame++ {
		var now time.Time
		select {
		case <-ctx.Done():
			return
		case now = <-ticker.C:
		}
		if c.present() == Stall {
			fresh = true // it begins again with a key picture
			continue
		}
		scene.advance(now)
		packets, err := rtp.Encode(h264.encode(scene.picture, fresh || frame%keyEvery == 0))
		if err != nil {
			c.log.Error("packetize a picture", "error", err)
			continue
		}
		fresh = false
		stamp := uint32(now.Sub(started).Microseconds() * 9 / 100) // 90 kHz
		for _, p := range packets {
			p.Timestamp = stamp
			if err := c.stream.WritePacketRTP(c.media, p); err != nil {
				c.log.Debug("send a picture", "error", err)
			}
		}
	}
}
