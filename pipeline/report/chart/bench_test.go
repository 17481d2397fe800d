package chart

import "testing"

func BenchmarkPNG(b *testing.B) {
	for b.Loop() {
		if _, err := aLine().Draw().PNG(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	for b.Loop() {
		aLine().Draw().SVG()
	}
}
