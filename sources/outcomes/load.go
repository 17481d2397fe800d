package outcomes

import (
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

// Load reads a file that was handed in, if it is of a size that can be read
// and is not being written at the same time. Every error is a *FileError.
func Load(path string) (File, error) {
	file := File{Name: filepath.Base(path)}
	before, err := os.Lstat(path)
	sentence := unfit(file.Name, before, err)
	if sentence == "" {
		if file.Body, err = readBounded(path); err != nil {
			sentence = ioSentence(err)
		} else if after, err := os.Lstat(path); err != nil || !os.SameFile(before, after) || after.Size() != before.Size() ||
			!after.ModTime().Equal(before.ModTime()) || int64(len(file.Body)) != after.Size() {
			sentence = busy
		}
	}
	if sentence != "" {
		return file, &FileError{file.Name, sentence}
	}
	return file, nil
}

// unfit is why a file is not opened, empty when it is.
func unfit(name string, info fs.FileInfo, err error) string {
	switch {
	case os.IsNotExist(err):
		return "Filen finns inte."
	case err != nil:
		return ioSentence(err)
	case info.Mode()&fs.ModeSymlink != 0:
		return "Det är en länk och ingen fil. Lämna in filen själv."
	case info.IsDir():
		return "Det är en mapp och ingen fil. Lämna in arbetsboken själv."
	case !info.Mode().IsRegular():
		return "Det är ingen fil utan ett rör, en enhet eller liknande. Ta bort den."
	case Temporary(name):
		return "Det är en tillfällig fil från ett kalkylprogram. Stäng arbetsboken och lämna in den riktiga filen."
	case info.Size() > maxFile:
		return fmt.Sprintf("Filen är på %d MB, och mer än %d MB läses inte. Lämna in den arbetsbok som mallen gav.", info.Size()>>20, maxFile>>20)
	case info.Size() == 0:
		return empties
	}
	return ""
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
	return strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".")
}

func readBounded(path string) ([]byte, error) {
	// A pipe that has taken the file's place is not waited for.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return body, errors.Join(err, f.Close())
}
