package report

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"effekt/sources"

	"github.com/google/renameio/v2"
)

// Forms are the forms that a report is made in.
func Forms() []string { return []string{"html", "docx", "xlsx"} }

// Write makes a file of each form in a folder and returns their paths. Every form
// is made before the first is put in its place, so that a report is there whole
// or not at all. In lang "en" it is the summary; in all else the report in Swedish.
func (r Report) Write(folder, lang string, forms []string) (paths []string, err error) {
	name := "aterrapport"
	document, workbook := r.English(), r.EnglishXLSX
	if lang == "en" {
		name = "report-back"
	} else {
		workbook = r.XLSX
		if document, err = r.Compose(); err != nil {
			return nil, sources.AskedError{Err: err}
		}
	}
	write := map[string]func(io.Writer) error{"html": document.HTML, "docx": document.DOCX, "xlsx": workbook}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	var pending []*renameio.PendingFile
	defer func() {
		for _, file := range pending {
			_ = file.Cleanup() // nothing is left of a report that failed
		}
	}()
	for _, format := range forms {
		path := filepath.Join(folder, fmt.Sprintf("%s-%d.%s", name, r.Year, format))
		file, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
		if err != nil {
			return nil, err
		}
		pending = append(pending, file)
		if err := write[format](file); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	for _, file := range pending {
		if err := file.CloseAtomicallyReplace(); err != nil {
			return nil, err
		}
	}
	return paths, nil
}
