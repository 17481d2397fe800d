package pipeline_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"

	"effekt/config"
	"effekt/sources/replay"
	"effekt/testdata/demo"
)

// A region of benchCube has 100 ages, 3 sexes and 50 years.
const cellsPerRegion = 100 * 3 * 50

// benchCube is a table TAB1 of that many regions, with every ten-thousandth cell
// missing, as JSON-stat 2.0.
func benchCube(regions int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"version":"2.0","class":"dataset","label":"Kub","source":"SCB","updated":"2026-02-20T07:00:00Z",` +
		`"role":{"time":["Tid"],"metric":["ContentsCode"]},"id":["Region","Alder","Kon","ContentsCode","Tid"],` +
		`"size":[` + strconv.Itoa(regions) + `,100,3,1,50],"extension":{"px":{"tableid":"TAB1","official-statistics":true}},"dimension":{`)
	dimension(&b, "Region", regions, 1000)
	b.WriteByte(',')
	dimension(&b, "Alder", 100, 0)
	b.WriteByte(',')
	dimension(&b, "Kon", 3, 1)
	b.WriteString(`,"ContentsCode":{"label":"tabellinnehåll","category":{"index":{"X1":0},"label":{"X1":"Antal"},"unit":{"X1":{"base":"antal","decimals":0}}}},`)
	dimension(&b, "Tid", 50, 1975)
	b.WriteString(`},"value":[`)
	cells := regions * cellsPerRegion
	for i := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		if i%10_007 == 5 {
			b.WriteString("null")
			continue
		}
		b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(i)*7919%49_999, 10))
	}
	b.WriteString(`],"status":{`)
	for i := 5; i < cells; i += 10_007 {
		if i > 5 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"%d":".."`, i)
	}
	b.WriteString(`}}`)
	return b.Bytes()
}

func dimension(b *bytes.Buffer, code string, values, first int) {
	fmt.Fprintf(b, `"%s":{"label":"%s","category":{"index":[`, code, code)
	for i := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, `"%d"`, first+i)
	}
	b.WriteString(`]}}`)
}

func cubeConfig() fstest.MapFS {
	return fstest.MapFS{"datasets/cube.toml": {Data: []byte(`
source = "scb"
table = "TAB1"
title = "Kub"
[select]
Region = ["all"]
Alder = ["all"]
Kon = ["all"]
ContentsCode = ["X1"]
Tid = ["all"]
`)}}
}

// The Kolada benchmark's 15 KPIs × 312 regions × 25 years × 3 genders are
// 351 000 values.
const (
	benchKPIs  = 15
	firstYear  = 2000
	benchYears = 25
)

func koladaConfig() fstest.MapFS {
	var b bytes.Buffer
	fmt.Fprintf(&b, "source = \"kolada\"\ntitle = \"Nyckeltal\"\nregions = [\"country\", \"counties\", \"all_municipalities\"]\nyears = \"%d..%d\"\n",
		firstYear, firstYear+benchYears-1)
	for k := range benchKPIs {
		fmt.Fprintf(&b, "[[kpi]]\nid = \"N%05d\"\ntitle = \"Nyckeltal %d\"\n", k, k)
	}
	return fstest.MapFS{"datasets/kolada.toml": {Data: b.Bytes()}}
}

func koladaLibrary(b *testing.B) fs.FS {
	b.Helper()
	c, err := config.Load(config.Embedded, config.Overrides{})
	if err != nil {
		b.Fatal(err)
	}
	var kpis, areas []map[string]any
	for _, r := range c.Regions {
		kind := "L"
		if r.Level == "municipality" {
			kind = "K"
		}
		areas = append(areas, map[string]any{"id": r.Kolada, "title": r.Name, "type": kind})
	}
	files := fstest.MapFS{}
	for k := range benchKPIs {
		id := fmt.Sprintf("N%05d", k)
		kpis = append(kpis, map[string]any{"id": id, "title": fmt.Sprintf("Nyckeltal %d", k), "is_divided_by_gender": true, "municipality_type": "A"})
		files["kolada/data/"+id+".json"] = &fstest.MapFile{Data: koladaRecords(id, k, c.Regions)}
	}
	for name, list := range map[string]any{"kpi": kpis, "municipality": areas} {
		body, err := json.Marshal(list)
		if err != nil {
			b.Fatal(err)
		}
		files["kolada/"+name+".json"] = &fstest.MapFile{Data: body}
	}
	return files
}

func koladaRecords(id string, k int, regions []config.Region) []byte {
	var b bytes.Buffer
	b.WriteString(`{"values":[`)
	for a, r := range regions {
		for y := range benchYears {
			if a+y > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"kpi":"%s","municipality":"%s","period":%d,"values":[`, id, r.Kolada, firstYear+y)
			for g, gender := range []string{"T", "K", "M"} {
				if g > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(&b, `{"gender":"%s","count":1,"status":"","value":%d.%d,"isdeleted":false}`, gender, (k+a+y)%97, (a*7919+y*31+g)%9973)
			}
			b.WriteString("]}")
		}
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// benchSettings writes a config folder: all that is shipped but data sets and
// indicators, and the data sets given.
func benchSettings(b *testing.B, datasets fstest.MapFS) string {
	b.Helper()
	folder := b.TempDir()
	names, err := fs.Glob(config.Embedded, "*.toml")
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range names {
		body, err := config.Embedded.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		datasets[name] = &fstest.MapFile{Data: body}
	}
	if err := os.CopyFS(folder, datasets); err != nil {
		b.Fatal(err)
	}
	return folder
}

// shipped is a job with the shipped config and SQL against the demonstration's
// data.
func shipped(b *testing.B) (job, origin) {
	b.Helper()
	folder := b.TempDir()
	if err := os.CopyFS(folder, config.Embedded); err != nil {
		b.Fatal(err)
	}
	server := replayed(b, demo.Files, replay.Options{})
	return job{Config: folder, Data: b.TempDir(), SCB: server.SCB(), Kolada: server.Kolada(), Models: true}, server
}

// allMunicipalities is the shipped config with all municipalities where it names the
// county's own.
func allMunicipalities(b *testing.B) string {
	b.Helper()
	folder := b.TempDir()
	if err := os.CopyFS(folder, config.Embedded); err != nil {
		b.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(folder, "datasets", "*.toml"))
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		body = bytes.ReplaceAll(body, []byte(`"municipalities"`), []byte(`"all_municipalities"`))
		if err := os.WriteFile(path, body, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return folder
}
