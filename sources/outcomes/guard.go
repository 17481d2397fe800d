package outcomes

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// What is read at most: a year's reporting of a large unit is a tenth of it.
const (
	maxFile = 20 << 20 // bytes of a file
	maxPart = 24 << 20 // bytes of one unpacked part
	maxAll  = 64 << 20 // bytes of all unpacked parts
	maxTags = 1 << 20  // tags and attributes of all parts
	maxRows = 5000     // rows with content, of one sheet
	maxCols = 200
	maxText = 100_000 // bytes of a cell; Excel takes 32 767 characters
	maxSaid = 4 << 20 // bytes of all cells, also of those that share a text
)

// part is a part of a workbook's zip, unpacked.
type part struct {
	name string
	body []byte
}

// guard gives a workbook's parts and none of a CSV file, or says in one sentence
// why the file is not read.
func guard(f File) ([]part, error) {
	var sentence string
	switch kind := strings.ToLower(filepath.Ext(f.Name)); {
	case len(f.Body) == 0:
		sentence = empties
	case len(f.Body) > maxFile:
		sentence = fmt.Sprintf("Filen är större än %d MB. Lämna in den arbetsbok som mallen gav.", maxFile>>20)
	case bytes.HasPrefix(f.Body, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		sentence = "Filen är i det gamla formatet .xls. Spara den som Excel-arbetsbok (.xlsx) och lämna in igen."
		if bytes.Contains(f.Body, utf16("EncryptedPackage")) || kind == ".xlsx" {
			sentence = encrypted
		}
	case bytes.HasPrefix(f.Body, []byte("PK")):
		return unpack(f)
	case !slices.Contains([]string{".csv", ".txt", ".tsv"}, kind):
		sentence = "Filen är ingen Excel-arbetsbok (.xlsx) och ingen CSV-fil, eller så är den skadad. Spara den som .xlsx och lämna in igen."
	case !wide(f.Body) && bytes.IndexByte(f.Body[:min(len(f.Body), 4096)], 0) >= 0:
		sentence = "Filen heter .csv men är ingen textfil. Spara den som .xlsx eller CSV och lämna in igen."
	default:
		return nil, nil
	}
	return nil, &FileError{f.Name, sentence}
}

// utf16 is ASCII text as Windows' compound files write names.
func utf16(text string) []byte { return []byte(strings.Join(strings.Split(text, ""), "\x00") + "\x00") }

// unpack reads every part once, so that what is torn, larger than it says or of
// more pieces than anybody fills in is found before anything looks at the content.
func unpack(f File) ([]part, error) {
	archive, err := zip.NewReader(bytes.NewReader(f.Body), int64(len(f.Body)))
	if err != nil {
		return nil, &FileError{f.Name, "Filen är skadad eller bara delvis sparad. Öppna den i kalkylprogrammet, spara igen och lämna in på nytt."}
	}
	if sentence := unwanted(archive); sentence != "" {
		return nil, &FileError{f.Name, sentence}
	}
	var parts []part
	pieces := 0
	for _, file := range archive.File {
		body, err := unpacked(file)
		if err != nil {
			return nil, &FileError{f.Name, "Filen är skadad: en del av arbetsboken går inte att packa upp. Spara den igen och lämna in på nytt."}
		}
		if pieces += tags(body); pieces > maxTags {
			return nil, &FileError{f.Name, "Arbetsboken har fler celler och texter än som läses. Lämna in den arbetsbok som mallen gav."}
		}
		parts = append(parts, part{file.Name, body})
	}
	return parts, nil
}

func unpacked(file *zip.File) ([]byte, error) {
	r, err := file.Open()
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	return body, errors.Join(err, r.Close())
}

// tags counts the tags and attributes of a text: an XML reader's time and memory
// grow with them, however few bytes they are.
func tags(body []byte) int { return bytes.Count(body, []byte("<")) + bytes.Count(body, []byte("=")) }

// encrypted is the sentence for a file with a password, empties for one of no bytes.
const (
	encrypted = "Filen är skyddad med lösenord. Ta bort lösenordet, spara och lämna in igen."
	empties   = "Filen är tom. Spara arbetsboken igen."
)

// unwanted is why a zip is not taken for a workbook, by what it lists.
func unwanted(archive *zip.Reader) string {
	names := map[string]bool{}
	var total uint64
	for _, file := range archive.File {
		names[file.Name] = true
		total += min(file.UncompressedSize64, maxAll+1)
		if file.UncompressedSize64 > maxPart || total > maxAll {
			return "Arbetsboken är uppackad för stor för att läsas. Lämna in den arbetsbok som mallen gav, utan bilder och extra blad."
		}
		if file.Flags&1 != 0 {
			return encrypted
		}
	}
	switch {
	case names["content.xml"] && names["mimetype"]:
		return "Filen är i formatet .ods. Spara den som Excel-arbetsbok (.xlsx) och lämna in igen."
	case names["xl/workbook.bin"]:
		return "Filen är i formatet .xlsb. Spara den som Excel-arbetsbok (.xlsx) och lämna in igen."
	case names["xl/vbaProject.bin"]:
		return "Arbetsboken innehåller makron, som inte tas emot. Spara den som Excel-arbetsbok utan makron (.xlsx) och lämna in igen."
	case !names["xl/workbook.xml"]:
		return "Filen är ett zip-arkiv men ingen Excel-arbetsbok. Lämna in arbetsboken själv."
	}
	return ""
}
