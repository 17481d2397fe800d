package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"slices"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// scale is how many image pixels a CSS pixel takes, for print.
const scale = 2

// painter draws shapes on an image.
type painter struct {
	image *image.RGBA
	faces map[string]font.Face // by size and weight
}

// PNG is the chart as an image of twice its size in pixels.
func (d *Drawing) PNG() ([]byte, error) {
	whole := image.Rect(0, 0, int(math.Ceil(d.Width*scale)), int(math.Ceil(d.Height*scale)))
	p := painter{image.NewRGBA(whole), map[string]font.Face{}}
	draw.Draw(p.image, whole, image.White, image.Point{}, draw.Src)
	for _, s := range d.shapes {
		if err := p.shape(s); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, p.few())
	return b.Bytes(), err
}

// few is the image in at most 256 colours, a quarter of the bytes. A drawing
// has a handful of inks; their soft edges share steps that no eye can tell.
func (p painter) few() *image.Paletted {
	few := image.NewPaletted(p.image.Rect, nil)
	known := map[[3]uint8]uint8{}
	var last []uint8
	for i := range few.Pix {
		pixel := p.image.Pix[4*i : 4*i+3]
		if i > 0 && bytes.Equal(pixel, last) {
			few.Pix[i] = few.Pix[i-1]
			continue
		}
		last, few.Pix[i] = pixel, place(&few.Palette, known, pixel)
	}
	return few
}

// levels are the steps of red, green and blue that are kept, from none to all.
const levels = 15

// place is where a pixel's colour stands in the palette, which grows until it
// is full; from then on the nearest colour serves.
func place(palette *color.Palette, known map[[3]uint8]uint8, pixel []uint8) uint8 {
	var key [3]uint8
	for i, c := range pixel {
		key[i] = uint8((int(c)*levels + 127) / 255)
	}
	if at, ok := known[key]; ok {
		return at
	}
	ink := color.RGBA{key[0] * (255 / levels), key[1] * (255 / levels), key[2] * (255 / levels), 255}
	at := len(*palette)
	if at < 256 {
		*palette = append(*palette, ink)
	} else {
		at = palette.Index(ink)
	}
	known[key] = uint8(at) //nolint:gosec // under 256
	return known[key]
}

func (p painter) shape(s shape) error {
	ink := colorOf(s.stroke)
	switch {
	case s.text != "":
		return p.text(s, ink)
	case s.fill != "":
		p.fill(s.points, colorOf(s.fill))
		p.stroke(append(slices.Clip(s.points), s.points[0]), s.width, ink)
	case s.dash > 0:
		for _, dash := range dashes(s.points, s.dash) {
			p.stroke(dash, s.width, ink)
		}
	default:
		p.stroke(s.points, s.width, ink)
	}
	return nil
}

// fill rasters only the rectangle around the polygon: an image of its whole
// size for every stroke would take seconds.
func (p painter) fill(points []point, ink color.Color) {
	around := bounds(points).Intersect(p.image.Rect)
	if around.Empty() {
		return
	}
	r := vector.NewRasterizer(around.Dx(), around.Dy())
	for i, at := range points {
		x, y := float32(at.x*scale-float64(around.Min.X)), float32(at.y*scale-float64(around.Min.Y))
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	r.Draw(p.image, around, image.NewUniform(ink), image.Point{})
}

// bounds are the image pixels that the points lie within.
func bounds(points []point) image.Rectangle {
	low, high := points[0], points[0]
	for _, at := range points {
		low = point{math.Min(low.x, at.x), math.Min(low.y, at.y)}
		high = point{math.Max(high.x, at.x), math.Max(high.y, at.y)}
	}
	return image.Rect(int(math.Floor(low.x*scale)), int(math.Floor(low.y*scale)), int(math.Ceil(high.x*scale))+1, int(math.Ceil(high.y*scale))+1)
}

// stroke fills a rectangle along each part of the line, and closes the joints.
func (p painter) stroke(points []point, width float64, ink color.Color) {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		if long == 0 {
			continue
		}
		dx, dy := (b.x-a.x)/long*width/2, (b.y-a.y)/long*width/2
		p.fill([]point{{a.x - dy, a.y + dx}, {b.x - dy, b.y + dx}, {b.x + dy, b.y - dx}, {a.x + dy, a.y - dx}}, ink)
		if width > 1.5 && i > 1 {
			p.fill([]point{{a.x - width/2, a.y}, {a.x, a.y - width/2}, {a.x + width/2, a.y}, {a.x, a.y + width/2}}, ink)
		}
	}
}

// dashes cuts a line into dashes as long as the gaps between them.
func dashes(points []point, dash float64) [][]point {
	var all [][]point
	walked := 0.0
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		at := func(d float64) point { return point{a.x + (b.x-a.x)*d/long, a.y + (b.y-a.y)*d/long} }
		for d := 0.0; d < long; {
			phase := math.Mod(walked+d, 2*dash)
			step := dash - math.Mod(phase, dash)
			step = math.Max(step, 1e-6)
			if phase < dash {
				all = append(all, []point{at(d), at(math.Min(d+step, long))})
			}
			d += step
		}
		walked += long
	}
	return all
}

func (p painter) text(s shape, ink color.Color) error {
	face, err := p.face(s.size, s.bold)
	if err != nil {
		return err
	}
	pen := font.Drawer{Dst: p.image, Src: image.NewUniform(ink), Face: face}
	x := s.points[0].x * scale
	switch width := float64(pen.MeasureString(s.text)) / 64; s.anchor {
	case middle:
		x -= width / 2
	case end:
		x -= width
	}
	pen.Dot = fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(s.points[0].y * scale * 64)}
	pen.DrawString(s.text)
	return nil
}

func (p painter) face(size float64, bold bool) (font.Face, error) {
	key := fmt.Sprint(size, bold)
	if face, ok := p.faces[key]; ok {
		return face, nil
	}
	source := goregular.TTF
	if bold {
		source = gobold.TTF
	}
	parsed, err := opentype.Parse(source)
	if err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size * scale, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("chart: %w", err)
	}
	p.faces[key] = face
	return face, nil
}

// colorOf reads "#rrggbb".
func colorOf(text string) color.Color {
	n, err := strconv.ParseUint(text[1:], 16, 32)
	if err != nil {
		return color.Black
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255} //nolint:gosec // each is one byte
}
