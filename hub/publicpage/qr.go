package publicpage

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"

	"rsc.io/qr"
)

// quiet is the white border of a QR code that readers need, in modules.
const quiet = 4

// code is the QR code of an address; a quarter of it may be worn off a poster.
func code(address string) (*qr.Code, error) { return qr.Encode(address, qr.Q) }

// address is what a QR code leads to: the page, or with of=lich.ics the calendar.
func (p *Page) address(r *http.Request) string {
	if r.URL.Query().Get("of") == "lich.ics" {
		return p.base(r) + "/public/lich.ics"
	}
	return p.base(r) + "/public/"
}

func (p *Page) poster(w http.ResponseWriter, r *http.Request) {
	s, err := p.look(r.Context())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	in := wordsFor(r.URL.Query().Get("lang"))
	render(w, r, p, posterTemplate, struct {
		words
		Heading, Address string
	}{in, fmt.Sprintf(in.Title, in.place(s.commune)), p.address(r)})
}

func (p *Page) qrSVG(w http.ResponseWriter, r *http.Request) {
	p.drawQR(w, r, p.address(r))
}

// drawQR answers with the code of an address.
func (p *Page) drawQR(w http.ResponseWriter, r *http.Request, address string) {
	c, err := code(address)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	side := c.Size + 2*quiet
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, side, side, side, side)
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			run := 0
			for x+run < c.Size && c.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	b.WriteString(`"/></svg>`)
	send(w, r, "image/svg+xml", "3600", b.Bytes())
}

func (p *Page) qrPNG(w http.ResponseWriter, r *http.Request) {
	c, err := code(p.address(r))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	const scale = 16 // pixels a module: sharp on A4
	side := (c.Size + 2*quiet) * scale
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if c.Black(x/scale-quiet, y/scale-quiet) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		p.fail(w, r, err)
		return
	}
	send(w, r, "image/png", "3600", b.Bytes())
}
