package camera

import (
	"image"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// Letters are basicfont's 7×13, twice as large.
const (
	textScale   = 2
	glyphWidth  = 7 * textScale
	glyphHeight = 13 * textScale
)

// text writes s in white on a black box, as cameras do. x and y are even.
func (p *picture) text(x, y int, s string) {
	face := basicfont.Face7x13
	mask := image.NewAlpha(image.Rect(0, 0, 7*len(s), 13))
	(&font.Drawer{Dst: mask, Src: image.White, Face: face, Dot: fixed.P(0, face.Ascent)}).DrawString(s)
	p.fill(image.Rect(x, y, x+len(s)*glyphWidth, y+glyphHeight), black)
	for dy := range glyphHeight {
		for dx := range len(s) * glyphWidth {
			if x+dx < width && y+dy < height && mask.AlphaAt(dx/textScale, dy/textScale).A > 127 {
				p.y[(y+dy)*width+x+dx] = 235 // white in limited range
			}
		}
	}
}

// plain takes the marks off Vietnamese letters, because the little font has
// none of them, and leaves out what it has no letter for.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 128 {
			b.WriteRune(r)
			continue
		}
		for _, line := range [...]string{
			"aàáảãạăằắẳẵặâầấẩẫậ", "eèéẻẽẹêềếểễệ", "iìíỉĩị", "oòóỏõọôồốổỗộơờớởỡợ", "uùúủũụưừứửữự", "yỳýỷỹỵ", "dđ",
			"AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ", "EÈÉẺẼẸÊỀẾỂỄỆ", "IÌÍỈĨỊ", "OÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ", "UÙÚỦŨỤƯỪỨỬỮỰ", "YỲÝỶỸỴ", "DĐ",
		} {
			if strings.ContainsRune(line, r) {
				b.WriteByte(line[0])
			}
		}
	}
	return b.String()
}
