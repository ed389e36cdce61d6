package rtspprobe

import (
	"bytes"
	"image/jpeg"

	"github.com/bluenviron/gortsplib/v4/pkg/format/rtph264"
	"github.com/bluenviron/gortsplib/v4/pkg/format/rtph265"
	"github.com/bluenviron/gortsplib/v4/pkg/format/rtpmjpeg"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h265"
	"github.com/pion/rtp"

	"github.com/smart-commune/smart-commune/hub/camera"
)

// The parameter sets of H.264 and H.265.
const (
	vps = iota // H.265 alone
	sps
	pps
)

func (v *video) h264(d *rtph264.Decoder, p *rtp.Packet) {
	au, err := d.Decode(p)
	if err != nil {
		return // more packets are needed, or the start of the frame was missed
	}
	key := false
	var slices [][]byte
	for _, nal := range au {
		if len(nal) == 0 {
			continue
		}
		switch t := h264.NALUType(nal[0] & 0x1f); {
		case t == h264.NALUTypeSPS:
			v.set(sps, nal)
		case t == h264.NALUTypePPS:
			v.set(pps, nal)
		case t <= h264.NALUTypeIDR:
			key = key || t == h264.NALUTypeIDR
			slices = append(slices, nal)
		}
	}
	if key {
		v.keyframe(func() []byte { return v.annexB(slices) })
	}
}

func (v *video) h265(d *rtph265.Decoder, p *rtp.Packet) {
	au, err := d.Decode(p)
	if err != nil {
		return
	}
	key := false
	var slices [][]byte
	for _, nal := range au {
		if len(nal) == 0 {
			continue
		}
		switch t := h265.NALUType(nal[0] >> 1 & 0x3f); {
		case t == h265.NALUType_VPS_NUT:
			v.set(vps, nal)
		case t == h265.NALUType_SPS_NUT:
			v.set(sps, nal)
		case t == h265.NALUType_PPS_NUT:
			v.set(pps, nal)
		case t < h265.NALUType_VPS_NUT:
			key = key || t >= h265.NALUType_BLA_W_LP && t <= h265.NALUType_CRA_NUT
			slices = append(slices, nal)
		}
	}
	if key {
		v.keyframe(func() []byte { return v.annexB(slices) })
	}
}

func (v *video) mjpeg(d *rtpmjpeg.Decoder, p *rtp.Packet) {
	picture, err := d.Decode(p)
	if err != nil {
		return
	}
	if v.stream.Width == 0 {
		if c, err := jpeg.DecodeConfig(bytes.NewReader(picture)); err == nil {
			v.size.Width, v.size.Height = c.Width, c.Height
			v.resize()
		}
	}
	v.keyframe(func() []byte { return bytes.Clone(picture) })
}

// set keeps a parameter set, unless it is an SPS that cannot be read.
func (v *video) set(which int, nal []byte) {
	if len(nal) == 0 || bytes.Equal(nal, v.sets[which]) {
		return
	}
	if which == sps {
		size, ok := parseSPS(v.stream.Codec, nal)
		if !ok {
			return
		}
		v.size = size
	}
	v.sets[which] = bytes.Clone(nal)
	for _, n := range v.needed {
		if v.sets[n] == nil {
			return
		}
	}
	v.ready = true
	v.resize()
}

func parseSPS(codec string, nal []byte) (size camera.Stream, ok bool) {
	if codec == "H265" {
		var s h265.SPS
		if s.Unmarshal(nal) != nil {
			return size, false
		}
		return sane(s.Width(), s.Height(), s.FPS()), true
	}
	var s h264.SPS
	if s.Unmarshal(nal) != nil {
		return size, false
	}
	return sane(s.Width(), s.Height(), s.FPS()), true
}

// sane leaves out what no camera has: an SPS is any bytes that a stranger sent.
func sane(width, height int, fps float64) (s camera.Stream) {
	if largest := 8192; width > 0 && height > 0 && width <= largest && height <= largest {
		s.Width, s.Height = width, height
	}
	if fps > 0 && fps <= 240 {
		s.FPS = fps
	}
	return s
}

// resize tells the viewer when the size or the rate is new.
func (v *video) resize() {
	v.size.Codec = v.stream.Codec
	if v.size == v.stream {
		return
	}
	v.stream = v.size
	if v.announced {
		v.viewer.Playing(v.stream)
	}
}

// annexB joins the parameter sets and the slices of a keyframe.
func (v *video) annexB(slices [][]byte) []byte {
	var out []byte
	write := func(nal []byte) { out = append(append(out, 0, 0, 0, 1), nal...) }
	for _, n := range v.needed {
		write(v.sets[n])
	}
	for _, nal := range slices {
		write(nal)
	}
	return out
}
