package kolada

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

// bigPages makes 24 pages of 4 875 records with three genders each: 351 000
// values, as 13 KPIs × 15 regions × 25 years a page.
func bigPages() [][]byte {
	pages := make([][]byte, 24)
	for p := range pages {
		var b bytes.Buffer
		b.WriteString(`{"values":[`)
		for i := range 4875 {
			if i > 0 {
				b.WriteByte(',')
			}
			kpi, area, year := i/375, i%375/25, 2000+i%25
			fmt.Fprintf(&b, `{"kpi":"N%05d","municipality":"%04d","period":%d,"values":[`, p%3*100+kpi, p/3*100+area, year)
			for g, gender := range []string{"T", "K", "M"} {
				if g > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(&b, `{"gender":"%s","count":1,"status":"","value":%d.%d,"isdeleted":false}`, gender, i%97, i*7919+g)
			}
			b.WriteString("]}")
		}
		b.WriteString(`],"count":4875,"next_url":null,"previous_url":null}`)
		pages[p] = b.Bytes()
	}
	return pages
}

// from gives bodies one by one.
func from(bodies ...[]byte) func() ([]byte, error) {
	return func() ([]byte, error) {
		if len(bodies) == 0 {
			return nil, io.EOF
		}
		body := bodies[0]
		bodies = bodies[1:]
		return body, nil
	}
}

// BenchmarkReader takes 351 000 values in 24 pages to Arrow.
func BenchmarkReader(b *testing.B) {
	pages := bigPages()
	b.SetBytes(int64(24 * len(pages[0])))
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		r := NewReader(from(pages...))
		for rows = 0; r.Next(); {
			rows += int(r.RecordBatch().NumRows())
		}
		if r.Err() != nil || rows != 351_000 {
			b.Fatal(rows, r.Err())
		}
		r.Release()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mvalues/s")
}

// BenchmarkReadPage reads one page of 14 625 values, as Fetch does to check
// it.
func BenchmarkReadPage(b *testing.B) {
	page := bigPages()[0]
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	d := newDecoder(nil)
	for b.Loop() {
		if _, err := d.page(page); err != nil {
			b.Fatal(err)
		}
	}
}
