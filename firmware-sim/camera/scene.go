package camera

import (
	"hash/fnv"
	"image"
	"time"

	"github.com/smart-commune/smart-commune/devices"
)

// The picture: small, so that nine cameras together cost a few percent of a
// core, and still legible as a thumbnail.
const (
	width, height   = 320, 240
	mbSize          = 16 // side of a macroblock
	macroblocks     = (width / mbSize) * (height / mbSize)
	framesPerSecond = 12
	keyEvery        = 2 * framesPerSecond // frames
)

// yuv is a colour in BT.601 limited range.
type yuv struct{ y, u, v byte }

// picture is a 4:2:0 picture that knows which macroblocks were drawn on since
// it was last encoded.
type picture struct {
	y, u, v []byte
	drawn   [macroblocks]bool
}

func newPicture() *picture {
	return &picture{
		y: make([]byte, width*height),
		u: make([]byte, width*height/4),
		v: make([]byte, width*height/4),
	}
}

func (p *picture) clean() { clear(p.drawn[:]) }

// touch marks the macroblocks of r as drawn and returns r inside the picture.
func (p *picture) touch(r image.Rectangle) image.Rectangle {
	r = r.Intersect(image.Rect(0, 0, width, height))
	if r.Empty() {
		return r
	}
	for my := r.Min.Y / mbSize; my <= (r.Max.Y-1)/mbSize; my++ {
		for mx := r.Min.X / mbSize; mx <= (r.Max.X-1)/mbSize; mx++ {
			p.drawn[my*(width/mbSize)+mx] = true
		}
	}
	return r
}

// fill paints r; its sides should be even.
func (p *picture) fill(r image.Rectangle, c yuv) {
	r = p.touch(r)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p.y[y*width+x] = c.y
			p.u[y/2*(width/2)+x/2] = c.u
			p.v[y/2*(width/2)+x/2] = c.v
		}
	}
}

// scene is what one camera looks at: a road that a lorry drives along, under
// the camera's name and a clock.
type scene struct {
	picture *picture
	lorry   int    // x of its left side, even
	clock   string // as it stands in the picture
}

// Places in the picture.
const (
	idTop    = 8
	nameTop  = 40
	clockTop = 200
	roadTop  = 144 // the lorry drives in its first row of macroblocks
	roadEnd  = 176
	lorryLen = 32
)

var (
	asphalt = yuv{70, 128, 128}
	red     = yuv{90, 100, 210}
	black   = yuv{20, 128, 128}
)

func newScene(cam devices.Camera) *scene {
	// Each camera has a ground of its own, so that two pictures side by side
	// are not taken for one.
	h := fnv.New32a()
	_, _ = h.Write([]byte(cam.ID))
	sum := h.Sum32()
	s := &scene{
		picture: newPicture(),
		lorry:   int(sum%(width/2)) &^ 1,
	}
	p := s.picture
	for y := 0; y < roadTop; y += 2 { // the sky, lighter towards the horizon
		p.fill(image.Rect(0, y, width, y+2), yuv{byte(110 + y/2), 150, 115})
	}
	p.fill(image.Rect(0, roadTop, width, height), yuv{120, byte(90 + sum>>8%50), byte(90 + sum>>16%50)})
	p.fill(image.Rect(0, roadTop, width, roadEnd), asphalt)
	p.fill(image.Rect(s.lorry, roadTop, s.lorry+lorryLen, roadTop+mbSize), red)
	p.text(8, idTop, string(cam.ID))
	p.text(8, nameTop, plain(cam.Name))
	return s
}

// advance moves the scene to the next frame, at instant now.
func (s *scene) advance(now time.Time) {
	const step = 2
	// Only its two ends change: that keeps the P pictures small.
	s.picture.fill(image.Rect(s.lorry, roadTop, s.lorry+step, roadTop+mbSize), asphalt)
	if s.lorry += step; s.lorry >= width {
		s.lorry = -lorryLen
	}
	s.picture.fill(image.Rect(s.lorry+lorryLen-step, roadTop, s.lorry+lorryLen, roadTop+mbSize), red)

	clock := now.Format("2006-01-02 15:04:05")
	for i := range clock {
		if i >= len(s.clock) || s.clock[i] != clock[i] {
			s.picture.text(8+i*glyphWidth, clockTop, clock[i:i+1])
		}
	}
	s.clock = clock
}
