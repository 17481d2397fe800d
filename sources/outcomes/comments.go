package outcomes

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
)

// withoutComments is a workbook with every comment taken out, part by part.
// Programs number and name the parts of comments each in its own way, and the
// library that writes new ones only knows its own.
func withoutComments(f File) (File, error) {
	in, err := zip.NewReader(bytes.NewReader(f.Body), int64(len(f.Body)))
	if err != nil {
		return File{}, &FileError{f.Name, unreadable}
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range in.File {
		if commentPart(part.Name) {
			continue
		}
		if err := copyPart(w, part); err != nil {
			return File{}, &FileError{f.Name, unreadable}
		}
	}
	err = w.Close()
	return File{f.Name, out.Bytes()}, err
}

func commentPart(name string) bool {
	ok, _ := regexp.MatchString(`^xl/(comments[^/]*\.xml|comments/.*|threadedComments/.*|drawings/[^/]*\.vml)$`, name)
	return ok
}

func copyPart(w *zip.Writer, part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(r, maxPart))
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	to, err := w.Create(part.Name)
	if err != nil {
		return err
	}
	_, err = to.Write(unlinked(part.Name, body))
	return err
}

// unlinked takes out what refers to comments.
func unlinked(name string, body []byte) []byte {
	var pattern string
	switch {
	case strings.HasPrefix(name, "xl/worksheets/_rels/"):
		pattern = `<Relationship\s[^>]*/(comments|threadedComment|vmlDrawing)"[^>]*(?:/>|></(?:Relationship|legacyDrawing(?:HF)?|Override)>)`
	case strings.HasPrefix(name, "xl/worksheets/"):
		pattern = `<legacyDrawing(HF)?\s[^>]*(?:/>|></(?:Relationship|legacyDrawing(?:HF)?|Override)>)`
	case name == "[Content_Types].xml":
		pattern = `<Override\s[^>]*PartName="/xl/(comments|threadedComments/|drawings/[^"/]*\.vml)[^>]*(?:/>|></(?:Relationship|legacyDrawing(?:HF)?|Override)>)`
	default:
		return body
	}
	return regexp.MustCompile(pattern).ReplaceAll(body, nil)
}
