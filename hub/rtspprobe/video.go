package rtspprobe

import (
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h265"
	"github.com/pion/rtp"

	"github.com/smart-commune/smart-commune/hub/camera"
)

// keyframeEvery keeps a stream of keyframes alone, such as MJPEG, from being
// copied at full rate.
const keyframeEvery = time.Second

// video turns the packets of one stream into frames.
//
// Frames are told apart by their RTP time, so that they are counted for any
// codec and also when the depacketizer of a known codec stumbles. A marker bit
// ends a frame at once; more packets of the same time do not count again.
type video struct {
	mu           sync.Mutex // opening and packets are different goroutines
	viewer       camera.Viewer
	noParameters func() // called when they do not come
	announced    bool
	stream       camera.Stream
	ready        bool // the parameters of the codec are known
	depacketize  func(*rtp.Packet)
	parameter    func(payload []byte) bool // a packet that holds no picture
	needed       []int                     // of sets, before anything can be decoded
	sets         [3][]byte                 // the newest parameter sets
	size         camera.Stream             // what the newest SPS says

	began     time.Time // first packet
	stamp     uint32    // RTP time of the frame that is coming in
	bytes     int       // of it
	pictured  bool      // it holds more than parameters
	hash      maphash.Hash
	lastStamp uint32 // of the last frame counted
	lastFrame time.Time
	lastKey   time.Time
}

func newVideo(viewer camera.Viewer, seed maphash.Seed, noParameters func()) *video {
	v := &video{viewer: viewer, noParameters: noParameters}
	v.hash.SetSeed(seed)
	return v
}

// begin prepares for the codec, with the parameters that the description gave.
func (v *video) begin(f format.Format) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stream.Codec = f.Codec()
	v.parameter = func([]byte) bool { return false }
	v.depacketize = func(*rtp.Packet) {}
	switch f := f.(type) {
	case *format.H264:
		v.stream.Codec, v.needed = "H264", []int{sps, pps}
		d, err := f.CreateDecoder()
		if err != nil {
			return fmt.Errorf("H.264: %w", err)
		}
		v.depacketize = func(p *rtp.Packet) { v.h264(d, p) }
		v.parameter = func(b []byte) bool {
			t := h264.NALUType(b[0] & 0x1f)
			return t >= h264.NALUTypeSEI && t <= h264.NALUTypeAccessUnitDelimiter
		}
		s, p := f.SafeParams()
		v.set(sps, s)
		v.set(pps, p)
	case *format.H265:
		v.stream.Codec, v.needed = "H265", []int{vps, sps, pps}
		d, err := f.CreateDecoder()
		if err != nil {
			return fmt.Errorf("H.265: %w", err)
		}
		v.depacketize = func(p *rtp.Packet) { v.h265(d, p) }
		v.parameter = func(b []byte) bool {
			t := h265.NALUType(b[0] >> 1 & 0x3f)
			return t >= h265.NALUType_VPS_NUT && t <= h265.NALUType_SUFFIX_SEI_NUT
		}
		vp, s, p := f.SafeParams()
		v.set(vps, vp)
		v.set(sps, s)
		v.set(pps, p)
	case *format.MJPEG:
		v.stream.Codec = "MJPEG"
		d, err := f.CreateDecoder()
		if err != nil {
			return fmt.Errorf("MJPEG: %w", err)
		}
		v.depacketize = func(p *rtp.Packet) { v.mjpeg(d, p) }
		v.ready = true
	default:
		v.ready = true
	}
	return nil
}

// announce tells the viewer that the camera plays.
func (v *video) announce() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.announceLocked()
}

func (v *video) announceLocked() {
	if !v.announced {
		v.announced = true
		v.viewer.Playing(v.stream)
	}
}

// packet takes in the next packet.
func (v *video) packet(now time.Time, p *rtp.Packet) {
	if len(p.Payload) == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.announceLocked() // packets may overtake the answer to PLAY
	if v.began.IsZero() {
		v.began = now
		v.stamp = p.Timestamp
	}
	if p.Timestamp != v.stamp {
		v.endFrame(now)
		v.stamp = p.Timestamp
	}
	v.bytes += len(p.Payload)
	if !v.parameter(p.Payload) {
		v.pictured = true
		_, _ = v.hash.Write(p.Payload)
	}
	v.depacketize(p)
	if p.Marker {
		v.endFrame(now)
	}
	if !v.ready && now.Sub(v.began) > parametersWithin {
		v.noParameters()
	}
}

// endFrame counts the frame that came in, if it is one of its own.
func (v *video) endFrame(now time.Time) {
	again := v.stamp == v.lastStamp && !v.lastFrame.IsZero()
	if again && now.Sub(v.lastFrame) > time.Second {
		again = false // a camera whose RTP time stands still
	}
	if !v.pictured || again || !v.ready {
		// Its bytes go with the next frame.
		return
	}
	v.viewer.Frame(camera.Frame{Bytes: v.bytes, Fingerprint: v.hash.Sum64()})
	v.hash.Reset()
	v.bytes, v.pictured = 0, false
	v.lastStamp, v.lastFrame = v.stamp, now
}

// keyframe hands over a picture, but not too many.
func (v *video) keyframe(data func() []byte) {
	now := time.Now()
	if !v.ready || !v.lastKey.IsZero() && now.Sub(v.lastKey) < keyframeEvery {
		return
	}
	v.lastKey = now
	v.viewer.Keyframe(v.stream.Codec, data())
}
