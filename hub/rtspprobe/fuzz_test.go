package rtspprobe

import (
	"hash/maphash"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"github.com/smart-commune/smart-commune/hub/camera"
)

// checker is a viewer that holds the rest of the hub's expectations.
type checker struct {
	t     *testing.T
	bytes int
	codec string
	plays int
}

func (c *checker) Playing(s camera.Stream) {
	c.plays++
	if s.Codec != c.codec || s.Width < 0 || s.Height < 0 || s.Width > 8192 || s.Height > 8192 || !(s.FPS >= 0 && s.FPS <= 240) {
		c.t.Fatalf("stream %+v", s)
	}
}

func (c *checker) Frame(f camera.Frame) {
	if c.bytes -= f.Bytes; f.Bytes <= 0 || c.bytes < 0 || c.plays == 0 {
		c.t.Fatalf("a frame of %d bytes, %d more than came", f.Bytes, -c.bytes)
	}
}

func (c *checker) Keyframe(codec string, data []byte) {
	if codec != c.codec || len(data) == 0 {
		c.t.Fatalf("keyframe of %q with %d bytes", codec, len(data))
	}
}

// FuzzVideo feeds what a stranger may send: any packets, for each codec. A
// packet is its length, a flag byte (marker, new RTP time), and its payload.
func FuzzVideo(f *testing.F) {
	// An H.264 stream with SPS, PPS, IDR and P; the SPS is 320×240 at 12 fps.
	sps := "\x67\x42\xc0\x1e\x95\xa0\x50\x7e\x84\x00\x00\x03\x00\x04\x00\x00\x03\x00\x62\x2f\xa8"
	f.Add(byte(0), []byte("\x15\x00"+sps+"\x04\x00\x68\xce\x3c\x80"+"\x05\x01\x65\x88\x84\x00\x10"+"\x03\x03\x41\x9a\x01"+"\x03\x03\x41\x9a\x02"))
	f.Add(byte(0), []byte("\x1d\x03\x78\x00\x15"+sps+"\x00\x03\x68\xce\x3c"+"\x04\x02\x7c\x85\x88\x84\x04\x01\x7c\x45\x00\x10"))
	f.Add(byte(1), []byte("\x04\x00\x40\x01\x0c\x01\x04\x00\x42\x01\x01\x01\x04\x00\x44\x01\xc1\x72\x04\x01\x26\x01\xaf\x06"))
	f.Add(byte(2), []byte("\x0b\x01\x00\x00\x00\x00\x01\x32\x28\x1e\xff\xd8\xff"))
	f.Add(byte(3), []byte("\x03\x01abc\x03\x03abc"))
	f.Fuzz(func(t *testing.T, codec byte, data []byte) {
		var fo format.Format
		c := &checker{t: t}
		switch codec % 4 {
		case 0:
			fo, c.codec = &format.H264{PayloadTyp: 96, PacketizationMode: 1}, "H264"
		case 1:
			fo, c.codec = &format.H265{PayloadTyp: 96}, "H265"
		case 2:
			fo, c.codec = &format.MJPEG{}, "MJPEG"
		default:
			fo = &format.VP8{PayloadTyp: 96}
			c.codec = fo.Codec()
		}
		v := newVideo(c, maphash.MakeSeed(), func() {})
		if err := v.begin(fo); err != nil {
			t.Fatal(err)
		}
		now, stamp := time.Unix(1e9, 0), uint32(0)
		for seq := uint16(0); len(data) >= 2; seq++ {
			n, flags := int(data[0]), data[1]
			data = data[2:]
			n = min(n, len(data))
			if flags&2 != 0 {
				stamp += 7500
			}
			p := &rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96, Marker: flags&1 != 0, SequenceNumber: seq, Timestamp: stamp}, Payload: data[:n:n]}
			c.bytes += n
			v.packet(now, p)
			data = data[n:]
			now = now.Add(80 * time.Millisecond)
		}
	})
}
