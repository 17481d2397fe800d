package outcomes

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
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

// Load reads a file that was handed in, if it is of a size that can be read
// and is not being written at the same time. Every error is a *FileError.
func Load(path string) (File, error) {
	file := File{Name: filepath.Base(path)}
	refuse := func(sentence string) (File, error) { return file, &FileError{file.Name, sentence} }
	before, err := os.Lstat(path)
	switch {
	case os.IsNotExist(err):
		return refuse("Filen finns inte.")
	case err != nil:
		return refuse(ioSentence(err))
	case before.Mode()&fs.ModeSymlink != 0:
		return refuse("Det är en länk och ingen fil. Lämna in filen själv.")
	case before.IsDir():
		return refuse("Det är en mapp och ingen fil. Lämna in arbetsboken själv.")
	case !before.Mode().IsRegular():
		return refuse("Det är ingen fil utan ett rör, en enhet eller liknande. Ta bort den.")
	case Temporary(file.Name):
		return refuse("Det är en tillfällig fil från ett kalkylprogram. Stäng arbetsboken och lämna in den riktiga filen.")
	case before.Size() > maxFile:
		return refuse(fmt.Sprintf("Filen är på %d MB, och mer än %d MB läses inte. Lämna in den arbetsbok som mallen gav.", before.Size()>>20, maxFile>>20))
	case before.Size() == 0:
		return refuse("Filen är tom. Spara arbetsboken igen.")
	}
	file.Body, err = readBounded(path)
	if err != nil {
		return refuse(ioSentence(err))
	}
	after, err := os.Lstat(path)
	if err != nil || !os.SameFile(before, after) || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) || int64(len(file.Body)) != after.Size() {
		return file, &FileError{file.Name, busy}
	}
	return file, nil
}

// ioSentence is why the system does not give a file.
func ioSentence(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "Programmet får inte läsa filen. Ge det läsrätt och lämna in igen."
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	return fmt.Sprintf("Filen går inte att läsa från disken (%v).", err)
}

// Named tells whether a name is that of a workbook or of another file that is
// handed in, whatever it is the name of.
func Named(name string) bool {
	return slices.Contains([]string{".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt"}, strings.ToLower(filepath.Ext(name)))
}

// Settled tells whether a file has been left alone for a while, so that it is
// not on its way in.
func Settled(info fs.FileInfo, now time.Time) bool { return now.Sub(info.ModTime()) > 5*time.Second }

// Temporary tells whether a name is one that spreadsheet programs give to their
// own files beside an open workbook.
func Temporary(name string) bool {
	return strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".~lock.") || strings.HasPrefix(name, ".")
}

func readBounded(path string) ([]byte, error) {
	// A pipe that has taken the file's place is not waited for.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return body, err
}

// form is what a file is, by its first bytes.
type form int

const (
	workbook form = iota
	values
)

// guard says what a file is, or in one sentence why it is not read.
func guard(f File) (form, error) {
	refuse := func(sentence string) (form, error) { return 0, &FileError{f.Name, sentence} }
	lower := strings.ToLower(f.Name)
	switch {
	case len(f.Body) == 0:
		return refuse("Filen är tom. Spara arbetsboken igen.")
	case len(f.Body) > maxFile:
		return refuse(fmt.Sprintf("Filen är större än %d MB. Lämna in den arbetsbok som mallen gav.", maxFile>>20))
	case bytes.HasPrefix(f.Body, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		if bytes.Contains(f.Body, utf16("EncryptedPackage")) || strings.HasSuffix(lower, ".xlsx") {
			return refuse("Filen är skyddad med lösenord. Ta bort lösenordet, spara och lämna in igen.")
		}
		return refuse("Filen är i det gamla formatet .xls. Spara den som Excel-arbetsbok (.xlsx) och lämna in igen.")
	case bytes.HasPrefix(f.Body, []byte("PK")):
		return workbook, guardZip(f)
	case strings.HasSuffix(lower, ".csv") || strings.HasSuffix(lower, ".txt") || strings.HasSuffix(lower, ".tsv"):
		return guardText(f)
	}
	return refuse("Filen är ingen Excel-arbetsbok (.xlsx) och ingen CSV-fil, eller så är den skadad. Spara den som .xlsx och lämna in igen.")
}

func guardText(f File) (form, error) {
	head := f.Body[:min(len(f.Body), 4096)]
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return values, nil
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return 0, &FileError{f.Name, "Filen heter .csv men är ingen textfil. Spara den som .xlsx eller CSV och lämna in igen."}
	}
	return values, nil
}

// utf16 is ASCII text as Windows' compound files write names.
func utf16(text string) []byte {
	out := make([]byte, 0, 2*len(text))
	for i := range len(text) {
		out = append(out, text[i], 0)
	}
	return out
}

func guardZip(f File) error {
	refuse := func(sentence string) error { return &FileError{f.Name, sentence} }
	archive, err := zip.NewReader(bytes.NewReader(f.Body), int64(len(f.Body)))
	if err != nil {
		return refuse("Filen är skadad eller bara delvis sparad. Öppna den i kalkylprogrammet, spara igen och lämna in på nytt.")
	}
	names := map[string]bool{}
	var total uint64
	for _, part := range archive.File {
		names[part.Name] = true
		total += min(part.UncompressedSize64, maxAll+1)
		if part.UncompressedSize64 > maxPart || total > maxAll {
			return refuse("Arbetsboken är uppackad för stor för att läsas. Lämna in den arbetsbok som mallen gav, utan bilder och extra blad.")
		}
		if part.Flags&1 != 0 {
			return refuse("Filen är skyddad med lösenord. Ta bort lösenordet, spara och lämna in igen.")
		}
	}
	switch {
	case names["content.xml"] && names["mimetype"]:
		return refuse("Filen är i formatet .ods. Spara den som Excel-arbetsbok (.xlsx) och lämna in igen.")
	case names["xl/workbook.bin"]:
		return refuse("Filen är i formatet .xlsb. Spara den som Excel-arbetsbok (.xlsx) och lämna in igen.")
	case names["xl/vbaProject.bin"]:
		return refuse("Arbetsboken innehåller makron, som inte tas emot. Spara den som Excel-arbetsbok utan makron (.xlsx) och lämna in igen.")
	case !names["xl/workbook.xml"]:
		return refuse("Filen är ett zip-arkiv men ingen Excel-arbetsbok. Lämna in arbetsboken själv.")
	}
	return unpackable(f, archive)
}

// unpackable reads every part once, so that what is torn, larger than it says
// or of more pieces than anybody fills in is found before anything looks at the
// content.
func unpackable(f File, archive *zip.Reader) error {
	var pieces tags
	for _, part := range archive.File {
		r, err := part.Open()
		if err == nil {
			_, err = io.Copy(&pieces, io.LimitReader(r, maxPart+1))
			if closeErr := r.Close(); err == nil {
				err = closeErr
			}
		}
		if err != nil {
			return &FileError{f.Name, "Filen är skadad: en del av arbetsboken går inte att packa upp. Spara den igen och lämna in på nytt."}
		}
		if pieces > maxTags {
			return &FileError{f.Name, "Arbetsboken har fler celler och texter än som läses. Lämna in den arbetsbok som mallen gav."}
		}
	}
	return nil
}

// tags counts the tags and attributes of what is written to it: an XML reader's
// time and memory grow with them, however few bytes they are.
type tags int

// Write counts.
func (n *tags) Write(body []byte) (int, error) {
	*n += tags(bytes.Count(body, []byte("<")) + bytes.Count(body, []byte("=")))
	return len(body), nil
}
