package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// SVG is the chart as a standing-alone SVG image, with title and description for
// those who cannot see it.
func (d *Drawing) SVG() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %[3]s-d" font-family="Arial, Helvetica, sans-serif">`,
		length(d.Width), length(d.Height), escaped(d.ID))
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%[1]s-d">%s</desc>`, escaped(d.ID), escaped(d.Title), escaped(d.Description))
	fmt.Fprintf(&b, `<rect width="%s" height="%s" fill="%s"/>`, length(d.Width), length(d.Height), white)
	for _, s := range d.shapes {
		s.svg(&b)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (s shape) svg(b *bytes.Buffer) {
	switch {
	case s.text != "":
		weight := ""
		if s.bold {
			weight = ` font-weight="bold"`
		}
		fmt.Fprintf(b, `<text x="%s" y="%s" font-size="%s" fill="%s" text-anchor="%s"%s>%s</text>`,
			length(s.points[0].x), length(s.points[0].y), length(s.size), s.stroke, s.anchor, weight, escaped(s.text))
	case s.fill != "":
		fmt.Fprintf(b, `<polygon points="%s" fill="%s" stroke="%s" stroke-width="%s"/>`, path(s.points), s.fill, s.stroke, length(s.width))
	default:
		dash := ""
		if s.dash > 0 {
			dash = fmt.Sprintf(` stroke-dasharray="%s"`, length(s.dash))
		}
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"%s/>`, path(s.points), s.stroke, length(s.width), dash)
	}
}

func path(points []point) string {
	words := make([]string, len(points))
	for i, p := range points {
		words[i] = length(p.x) + "," + length(p.y)
	}
	return strings.Join(words, " ")
}

// length keeps a tenth of a pixel, so that the bytes do not hang on the last
// bits of a multiplication.
func length(f float64) string {
	text := strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
	if text == "-0" {
		return "0"
	}
	return text
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	return b.String()
}
